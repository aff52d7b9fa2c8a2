/** What `maint --help` says beyond the commands. */

export const EXIT_CODES_HELP = `
Exit codes:
  0 done, or already so        5 conflict: changed by somebody else
  1 failed                     6 another run holds the lock
  2 wrong use                  7 a guard refused
  3 partly done                8 outcome unknown: run 'maint resume'
  4 token or permission        9 the store is damaged or cannot be written
  10 drift or changes, with --exit-code      130, 143 interrupted
`;

export const ENVIRONMENT_HELP = `
Environment:
  CLOUDFLARE_API_TOKEN, CLOUDFLARE_API_TOKEN_FILE   the token, or a file that holds it
  CREDENTIALS_DIRECTORY                             a systemd credential maint-token is the token
  CLOUDFLARE_ACCOUNT_ID                             narrows everything to one account
  CLOUDFLARE_API_BASE_URL                           another API, such as that of 'maint sandbox'
  MAINT_DB, MAINT_ACTOR, MAINT_CONNECT_TO           as --db, --as, --connect-to
Settings file: $XDG_CONFIG_HOME/maint/config.json
`;
