import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** An archive of a source, as Flux' source-controller puts it into `status.artifact`. */
export interface Artifact {
  path: string
  url: string
  revision: string
  digest: string
  lastUpdateTime: string
}

export interface GitSource {
  /** Packs these objects as one manifest, and serves them. */
  publish(objects: object[]): Artifact
  close(): void
}

/** Stands for Git and for Flux' source-controller: archives by HTTP, on loopback. */
export async function startGitSource(): Promise<GitSource> {
  const archives = new Map<string, Buffer>()
  const server = createServer((request, response) => {
    const archive = archives.get(request.url ?? '')
    response.writeHead(archive === undefined ? 404 : 200, { 'content-type': 'application/gzip' })
    response.end(archive)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    publish(objects) {
      const folder = mkdtempSync(join(tmpdir(), 'git-source-'))
      try {
        // JSON is YAML, and kustomize-controller takes files with this ending.
        writeFileSync(join(folder, 'all.yaml'), objects.map((object) => JSON.stringify(object)).join('\n---\n'))
        const file = join(folder, 'archive.tar.gz')
        execFileSync('tar', ['-czf', file, '-C', folder, 'all.yaml'])
        const archive = readFileSync(file)
        const sha1 = createHash('sha1').update(archive).digest('hex')
        const path = `/${sha1}.tar.gz`
        archives.set(path, archive)
        return {
          path: path.slice(1),
          url: `http://127.0.0.1:${port}${path}`,
          revision: `main@sha1:${sha1}`,
          digest: `sha256:${createHash('sha256').update(archive).digest('hex')}`,
          lastUpdateTime: new Date().toISOString().replace(/\.\d+/, ''),
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
    close: () => void server.close(),
  }
}
