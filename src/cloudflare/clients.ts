/** The clients of one run: one for each priority, made when first needed, counted together. */
import type { Priority } from '../model/budget.js';
import type { CloudflareApi } from './api.js';
import { type CloudflareOptions, createCloudflare } from './client.js';

export interface Clients {
  /** @throws MaintError `token-missing` where no token was given. */
  get(priority: Priority): CloudflareApi;
  /** Requests that all of them have sent. */
  sent(): number;
  close(): Promise<void>;
}

/** Commands that need no Cloudflare need no token: `options` is asked when the first client is. */
export function createClients(options: () => Omit<CloudflareOptions, 'priority'>): Clients {
  const made = new Map<Priority, CloudflareApi>();
  return {
    get: (priority) => {
      const client = made.get(priority) ?? createCloudflare({ ...options(), priority });
      made.set(priority, client);
      return client;
    },
    sent: () => [...made.values()].reduce((sum, client) => sum + client.sent, 0),
    close: async () => {
      await Promise.all([...made.values()].map((client) => client.close()));
    },
  };
}
