import { generate } from 'selfsigned'

/** A private key and the certificate that goes with it, both PEM. It signs itself, so it is its own CA, too. */
export interface Certificate {
  key: string
  cert: string
}

/** Makes a certificate for a server on this machine's loopback interface, good for a year. */
export async function createLoopbackCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 7, ip: '127.0.0.1' },
          { type: 2, value: 'localhost' },
        ],
      },
    ],
  })
  return { key, cert }
}
