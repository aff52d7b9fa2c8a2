/** Random routes and URLs, few enough words that they often meet. */
import fc from 'fast-check';

const HOSTS = [
  'example.com',
  'www.example.com',
  'a.example.com',
  'b.a.example.com',
  'myexample.com',
  'api.www.example.com',
];
const WILDCARD_HOSTS = ['*example.com', '*.example.com', '*.a.example.com', '*a.example.com', '*'];
const PATHS = ['/', '/api', '/api/', '/api/v1', '/images', '/images/', '/images/a', '/API', '/x?y=1'];

export const routePatterns = fc
  .tuple(
    fc.constantFrom('', '', '', 'https://', 'http://'),
    fc.constantFrom(...HOSTS, ...HOSTS, ...WILDCARD_HOSTS),
    fc.constantFrom(...PATHS),
    fc.constantFrom('*', '*', ''),
  )
  .map(([scheme, host, path, end]) => `${scheme}${host}${path}${end}`);

export const urls = fc
  .tuple(fc.constantFrom('https', 'http'), fc.constantFrom(...HOSTS), fc.constantFrom(...PATHS))
  .chain(([scheme, host, path]) =>
    fc.constantFrom('', '/', 'hello', '?q=1').map((rest) => `${scheme}://${host}${path}${rest}`),
  );
