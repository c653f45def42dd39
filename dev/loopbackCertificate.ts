import { generate } from 'selfsigned'

/** A private key and its certificate, both PEM. The certificate is self-signed, so it is its own CA. */
export interface Certificate {
  key: string
  cert: string
}

/** Makes a certificate for a server on this machine's loopback interface, valid for a year. */
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
