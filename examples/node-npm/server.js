// Renders a page with a library from npm, until SIGTERM: then it finishes what it is answering.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import Mustache from 'mustache'

const { HOST = '127.0.0.1', PORT = '8000', STEAD_RELEASE = 'no release', STEAD_INSTANCE = 'no instance' } = process.env
const template = readFileSync(new URL('page.html', import.meta.url), 'utf8')

const server = createServer((request, response) => {
  if (request.url === '/up') {
    response.setHeader('Content-Type', 'text/plain; charset=utf-8')
    response.end('ready\n')
  } else {
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.end(
      Mustache.render(template, { release: STEAD_RELEASE, instance: STEAD_INSTANCE, version: process.version }),
    )
  }
})

server.listen(Number(PORT), HOST, () => console.log(`node-npm listens on http://${HOST}:${PORT}`))

process.on('SIGTERM', () => {
  server.close(() => console.log('node-npm has finished'))
  server.closeIdleConnections()
})
