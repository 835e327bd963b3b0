// HTTP as curl does it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

// Header names in small letters.
export async function curl(url, ...options) {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--noproxy', '*', '--max-time', '5', '--include',
                                        ...options, url], { encoding: 'utf8' });
  const end = stdout.indexOf('\r\n\r\n');
  const [statusLine, ...lines] = stdout.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  return { status: Number(statusLine.split(' ')[1]), headers, body: stdout.slice(end + 4) };
}

// As a client asks for a WebSocket; `headers` replaces some of it, null leaves one out.
export function curlUpgrade(url, headers, ...options) {
  const all = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  };
  const flags = Object.entries(all).filter(([, value]) => value !== null);
  return curl(url, ...flags.flatMap(([name, value]) => ['-H', `${name}: ${value}`]), ...options);
}
