/** Pure: the systemd user service that keeps plans on a machine without a desktop. */

export const unitName = 'holdfast.service';

export interface UnitFacts {
  /** The program and its first arguments; absolute paths. */
  program: readonly string[];
  home: string;
  passphraseFile: string;
  /** Where client tools are looked for, as in the terminal that installs the service. */
  path: readonly string[];
}

/**
 * Hardened with what a user's own systemd can do without a namespace of its own: private folders would hide the sockets
 * of PostgreSQL and the places that backups go to.
 */
export function unitText({ program, home, passphraseFile, path }: UnitFacts): string {
  const command = [...program, 'serve', '--schedule', '--no-window'].map(quotedArgument).join(' ');
  return `[Unit]
Description=Holdfast keeps the plans of backups

[Service]
Type=exec
ExecStart=${command}
Environment=${quoted(`HOLDFAST_HOME=${home}`)}
Environment=${quoted(`HOLDFAST_PASSPHRASE_FILE=${passphraseFile}`)}
Environment=${quoted(`PATH=${path.join(':')}`)}
Restart=on-failure
RestartSec=30
# Running backups are let end.
TimeoutStopSec=600
KillMode=mixed
UMask=0077
LimitCORE=0
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;
}

/** In the quotes of systemd.syntax(7); a `%` would begin a specifier. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}

/** In a command a `$` would begin a variable. */
const quotedArgument = (text: string): string => quoted(text).replaceAll('$', '$$$$');
