// Says which release answers, until SIGTERM: then it finishes what it is answering.
import { createServer } from 'node:http'

const { HOST = '127.0.0.1', PORT = '8000', STEAD_RELEASE = 'no release', STEAD_INSTANCE = 'no instance' } = process.env

const server = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  if (request.url === '/up') {
    response.end('ready\n')
  } else {
    response.end(`Hello from Node ${process.version}, ${STEAD_RELEASE}, ${STEAD_INSTANCE}\n`)
  }
})

server.listen(Number(PORT), HOST, () => console.log(`node listens on http://${HOST}:${PORT}`))

process.on('SIGTERM', () => {
  server.close(() => console.log('node has finished'))
  server.closeIdleConnections()
})
