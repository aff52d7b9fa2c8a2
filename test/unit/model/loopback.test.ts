import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../src/model/loopback.js';

describe('this very machine', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '127.0.0.1.example',
    '127.evil.example',
    'localhost.example',
    '128.0.0.1',
    '10.0.0.1',
    '::2',
    '[::]',
    '',
  ])('is not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
