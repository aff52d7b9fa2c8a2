/** The clients of one run: one for each token and priority, made when first needed, counted together. */
import type { Priority } from '../model/budget.js';
import type { CloudflareApi } from './api.js';
import { type CloudflareOptions, createCloudflare } from './client.js';
import { BUDGET } from './transport/budget.js';

/** One of the tokens in use, with its client. */
export interface TokenClient {
  /** The name it is kept under; null for a token of the command line or the environment. */
  readonly name: string | null;
  /** @throws MaintError where the token cannot be read or could never work. */
  open(): CloudflareApi;
}

export interface Clients {
  /**
   * @param source where the token comes from, for messages
   * @throws MaintError `token-missing` or `token-invalid` for a text that could never be a token
   */
  get(token: string, source: string, priority: Priority): CloudflareApi;
  /** Requests that all of them have sent. */
  sent(): number;
  /** What the scarcest budget among the clients of a priority has left: each token has a budget of its own. */
  budgetLeft(priority: Priority): number;
  close(): Promise<void>;
}

/** `options` is asked anew for each client that is made. */
export function createClients(
  options: () => Omit<CloudflareOptions, 'priority' | 'token' | 'tokenSource'>,
): Clients {
  const made: Readonly<Record<Priority, Map<string, CloudflareApi>>> = {
    normal: new Map(),
    urgent: new Map(),
  };
  const all = () => Object.values(made).flatMap((clients) => [...clients.values()]);
  return {
    get: (token, tokenSource, priority) => {
      const known = made[priority].get(token);
      const client = known ?? createCloudflare({ ...options(), token, tokenSource, priority });
      made[priority].set(token, client);
      return client;
    },
    sent: () => all().reduce((sum, client) => sum + client.sent, 0),
    budgetLeft: (priority) =>
      Math.min(BUDGET[priority], ...[...made[priority].values()].map((client) => client.budgetLeft)),
    close: async () => {
      await Promise.all(all().map((client) => client.close()));
    },
  };
}
