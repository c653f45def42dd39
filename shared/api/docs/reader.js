// Runs in a browser, on the page at /docs.
const { search } = location
const functionKey = new URLSearchParams(search).get('code')

const reader = SwaggerUIBundle({
  dom_id: '#reader',
  url: `openapi.json${search}`,
  deepLinking: true,
  displayRequestDuration: true,
  // It would send the document to a server of somebody else.
  validatorUrl: null,
  onComplete() {
    if (functionKey !== null) reader.preauthorizeApiKey('functionKey', functionKey)
  },
})
