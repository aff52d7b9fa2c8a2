/** /zones/{id}/settings. Source: Cloudflare API schema, "Zone Settings". */
import type { Call, Endpoint } from './endpoint.js';
import { type Answer, refuse, succeed } from './envelope.js';

interface SettingRule {
  values: readonly string[];
  initial: string;
}

const SWITCH = ['on', 'off'];

/** The settings this sandbox knows, with the values they take and the one a new zone has. */
export const SETTING_RULES: Readonly<Record<string, SettingRule>> = {
  always_online: { values: SWITCH, initial: 'off' },
  always_use_https: { values: SWITCH, initial: 'on' },
  automatic_https_rewrites: { values: SWITCH, initial: 'on' },
  brotli: { values: SWITCH, initial: 'on' },
  browser_check: { values: SWITCH, initial: 'on' },
  cache_level: { values: ['aggressive', 'basic', 'simplified'], initial: 'aggressive' },
  development_mode: { values: SWITCH, initial: 'off' },
  http3: { values: SWITCH, initial: 'on' },
  ipv6: { values: SWITCH, initial: 'on' },
  min_tls_version: { values: ['1.0', '1.1', '1.2', '1.3'], initial: '1.2' },
  opportunistic_encryption: { values: SWITCH, initial: 'on' },
  security_level: {
    values: ['off', 'essentially_off', 'low', 'medium', 'high', 'under_attack'],
    initial: 'medium',
  },
  ssl: { values: ['off', 'flexible', 'full', 'strict', 'origin_pull'], initial: 'full' },
  ssl_automatic_mode: { values: ['auto', 'custom'], initial: 'custom' },
  tls_1_3: { values: ['on', 'off', 'zrt'], initial: 'on' },
  websockets: { values: SWITCH, initial: 'on' },
};

const LIST = '/zones/:zone/settings';

export const zoneSettingEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: LIST, needs: ['Zone Settings Read'], handle: listSettings },
  {
    method: 'GET',
    path: `${LIST}/:setting`,
    needs: ['Zone Settings Read'],
    handle: (call) => succeed(setting(call, call.param('setting'))),
  },
  { method: 'PATCH', path: `${LIST}/:setting`, needs: ['Zone Settings Write'], handle: editSetting },
];

/** Answers at a path like a setting's, and is in no list of them (API reference, SSL → Automatic Upgrader). */
const OF_ITS_OWN = 'ssl_automatic_mode';

function listSettings(call: Call): Answer {
  const ids = Object.keys(SETTING_RULES).filter((id) => id !== OF_ITS_OWN);
  return succeed(ids.map((id) => setting(call, id)));
}

function setting(call: Call, id: string): Record<string, unknown> {
  const rule = ruleOf(id);
  const value = call.world.state.settings.get(call.zone.id)?.get(id) ?? rule.initial;
  const remaining = id === 'development_mode' ? { time_remaining: value === 'on' ? 10_800 : 0 } : {};
  return { id, value, modified_on: null, editable: true, ...remaining };
}

function editSetting(call: Call): Answer {
  const id = call.param('setting');
  const { value } = call.jsonObject(6007);
  if (typeof value !== 'string' || !ruleOf(id).values.includes(value)) {
    throw refuse(400, 1007, `Invalid value for zone setting ${id}`);
  }
  const { settings } = call.world.state;
  settings.set(call.zone.id, new Map(settings.get(call.zone.id)).set(id, value));
  call.world.changed();
  return succeed(setting(call, id));
}

function ruleOf(id: string): SettingRule {
  const rule = Object.hasOwn(SETTING_RULES, id) ? SETTING_RULES[id] : undefined;
  if (!rule) throw refuse(400, 1006, 'Unrecognized zone setting name');
  return rule;
}
