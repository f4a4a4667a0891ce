// Machines that stand in for nodes of a network: each is a network namespace, whose link to a bridge is limited by a
// token bucket (tbf). Needs root on Linux, and ip and tc of iproute2.

/** A network of nodes. */
export interface Network {
  /** Its name in the results. */
  readonly name: string;
  /** Rate of each link in both directions, as `tc` reads it; undefined for no limit. */
  readonly rate?: string;
}

/** A program that starts ranks. */
export interface Launcher {
  readonly program: string;
  readonly options: readonly string[];
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const PREFIX = "elman";
const BRIDGE = `${PREFIX}br`;
/** First three numbers of the nodes' addresses. */
const SUBNET = "10.77.0";
/** Bytes that a link may send at once, and the longest wait in its queue. */
const BUCKET = ["burst", "256kb", "latency", "100ms"];

function runQuietly(command: string): boolean {
  const [program, ...args] = command.split(" ");
  return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
}

function runAll(commands: readonly string[]): void {
  for (const command of commands) {
    if (!runQuietly(command)) throw new Error(`make a network: expected this to succeed: ${command}`);
  }
}

/** Most nodes, and so those that an interrupted run may have left. */
const MOST_NODES = 8;

function removeAll(): void {
  for (let i = 0; i < MOST_NODES; i++) {
    runQuietly(`ip netns del ${PREFIX}${i}`);
    runQuietly(`ip link del ${PREFIX}v${i}`);
  }
  runQuietly(`ip link del ${BRIDGE}`);
}

function commandsOf(node: number, rate: string | undefined): string[] {
  const [space, outer] = [`${PREFIX}${node}`, `${PREFIX}v${node}`];
  const limit = ["root", "tbf", "rate", rate, ...BUCKET].join(" ");
  return [
    `ip netns add ${space}`,
    `ip link add ${outer} type veth peer name eth0 netns ${space}`,
    `ip link set ${outer} master ${BRIDGE} up`,
    `ip -n ${space} link set lo up`,
    `ip -n ${space} addr add ${SUBNET}.${node + 1}/24 dev eth0`,
    `ip -n ${space} link set eth0 up`,
    ...rate === undefined
      ? []
      : [`tc qdisc add dev ${outer} ${limit}`, `ip netns exec ${space} tc qdisc add dev eth0 ${limit}`],
  ];
}

/** Calls a function with a launcher of one rank on each of several nodes, which exist meanwhile. */
export async function withNetwork(
  { rate }: Network,
  nodes: number,
  body: (launcher: Launcher) => Promise<void>,
): Promise<void> {
  removeAll();
  const directory = await Deno.makeTempDir();
  const agent = `${directory}/agent.sh`;
  const stop = (): void => {
    removeAll();
    Deno.removeSync(directory, { recursive: true });
    Deno.exit(130);
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, stop);
  try {
    runAll([`ip link add ${BRIDGE} type bridge`, `ip link set ${BRIDGE} up`]);
    for (let i = 0; i < nodes; i++) runAll(commandsOf(i, rate));
    // Takes the place of ssh: the host's name, then the command. Each node has a temporary directory of its own, as
    // machines do.
    await Deno.writeTextFile(
      agent,
      [
        "#!/bin/sh",
        "node=$((${1##*.} - 1)); shift",
        `export TMPDIR=${directory}/$node; mkdir -p $TMPDIR`,
        `exec ip netns exec ${PREFIX}$node sh -c "$*"\n`,
      ].join("\n"),
    );
    await Deno.chmod(agent, 0o700);
    const transport = "--mca pml ob1 --mca btl tcp,self --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0";
    const hosts = Array.from({ length: nodes }, (_, i) => `${SUBNET}.${i + 1}`).join(",");
    await body({
      program: "ip",
      options: [
        ...`netns exec ${PREFIX}0 mpirun.openmpi --quiet --bind-to none --mca plm_rsh_agent ${agent}`.split(" "),
        ...`${transport} --host ${hosts}`.split(" "),
      ],
    });
  } finally {
    for (const signal of SIGNALS) Deno.removeSignalListener(signal, stop);
    removeAll();
    await Deno.remove(directory, { recursive: true });
  }
}
