/** The build puts the version of package.json here. */
declare const PRODUCT_VERSION: string | undefined

/** The version of the product: of function app, image and chart alike. Code that is not built has none. */
export const version: string = typeof PRODUCT_VERSION === 'string' ? PRODUCT_VERSION : 'unbuilt'
