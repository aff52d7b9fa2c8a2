import { describe, expect, it } from 'vitest';
import { resolveHost } from '../../../src/sandbox/edge/resolve-host.js';
import { dns, SampleState } from './sample-state.js';

const { state } = new SampleState()
  .zone('example.com')
  .dns('example.com', [
    dns('example.com'),
    dns('*.example.com'),
    dns('grey.example.com', false),
    dns('*.grey.example.com', false, 'CNAME'),
    dns('mail.example.com', false, 'MX'),
  ])
  .zone('shop.example.com')
  .zone('new.example.com', [], { status: 'pending' })
  .zone('paused.test', [], { paused: true })
  .zone('bare.test')
  .dns('bare.test', [dns('bare.test')]);

describe('resolveHost', () => {
  it.each([
    ['example.com', 'example.com'],
    ['www.example.com', 'example.com'],
    ['a.b.example.com', 'example.com'],
    ['mail.example.com', 'example.com'],
    ['shop.example.com', 'shop.example.com'],
    ['www.shop.example.com', 'shop.example.com'],
    ['new.example.com', 'example.com'],
  ])('%s is proxied by zone %s', (host, zone) => {
    expect(resolveHost(state, host)).toMatchObject({ kind: 'proxied', zone: { name: zone } });
  });

  it.each([
    ['grey.example.com', 'direct'],
    ['a.grey.example.com', 'direct'],
    ['paused.test', 'direct'],
    ['www.bare.test', 'no-record'],
    ['notexample.com', 'no-zone'],
    ['com', 'no-zone'],
  ])('%s: %s', (host, kind) => {
    expect(resolveHost(state, host).kind).toBe(kind);
  });
});
