/** What people are told, whoever did it. */

export const NOTICE_TYPES = ['down', 'recovered', 'enabled', 'disabled', 'held', 'frozen', 'failed'] as const;
export type NoticeType = (typeof NOTICE_TYPES)[number];

/** Something that happened, with every site that it happened to. */
export interface Notice {
  readonly type: NoticeType;
  /** RFC 3339. */
  readonly at: string;
  readonly sites: readonly { readonly domain: string; readonly reason: string }[];
  /** The maintenance event that it is about, where there is one. */
  readonly eventId: string | null;
  readonly actor: string;
  /** Done by a person's command, not by the monitor. */
  readonly manual: boolean;
}
