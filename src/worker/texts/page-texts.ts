/** What the page says by itself, in one language. The sentences must be true of planned and unplanned work alike. */
export interface PageTexts {
  /** The heading, where the operator gave none. */
  readonly title: string;
  /** One or two sentences, where the operator gave no message. */
  readonly lead: string;
  /** Label of the expected end. */
  readonly expectedBack: string;
  /** Said once the expected end has passed. */
  readonly overdue: string;
  /** Label of the contact. */
  readonly contact: string;
  /** Label of the link to the status page. */
  readonly statusPage: string;
  /** Announces that the page looks by itself whether the site is back, and then opens it. */
  readonly selfCheck: string;
  /** Label of the event id, for talks with support. */
  readonly reference: string;
}
