import { type Communicator, rangeOf, type RankOf } from "../../src/distributed/mod.ts";
import { type Module, type Parameter, type Tensor, training } from "../../src/nn/mod.ts";
import { Scope } from "../../src/tensor/mod.ts";
import type { TrainSettings } from "../../src/train/mod.ts";
import { refuseIdleRanks } from "./own_items.ts";

/** The settings on which it depends what ranks share. */
type SharingSettings = Pick<TrainSettings, "batch" | "syncEvery" | "lazy" | "averageAfter" | "clipValue">;

/** How the ranks train the members of an ensemble. */
export class MemberShare<M extends Module> {
  /** The ranks among which the items of a batch are shared out: one, if they share out the members. */
  readonly items: RankOf;
  /** Whether a parameter is of this rank's members; undefined if ranks share out the items. */
  readonly owns: ((parameter: Parameter) => boolean) | undefined;
  #members: readonly M[];
  #first: number;
  #end: number;
  /** Number of random streams that a member uses in a step. */
  #streams: number | undefined;

  /**
   * Each rank trains whole members if there are at least as many as ranks. Lazy steps, averages that begin when the
   * loss stops falling, and ranks that take steps of their own have a state of all parameters together, and the norm of
   * clipped gradients is one of all parameters; with them, ranks share out the items. Throws `RangeError` if a batch
   * has fewer items than there are ranks that share it out.
   */
  constructor(members: readonly M[], communicator: Communicator, settings: SharingSettings) {
    const { syncEvery, lazy, averageAfter, clipValue } = settings;
    const isSimple = syncEvery === 1 && !lazy && averageAfter === null && clipValue === null;
    const isShared = isSimple && communicator.size > 1 && members.length >= communicator.size;
    this.#members = members;
    [this.#first, this.#end] = isShared ? rangeOf(members.length, communicator) : [0, members.length];
    this.items = isShared ? { rank: 0, size: 1 } : communicator;
    refuseIdleRanks(settings.batch, this.items);
    const own = new Set(members.slice(this.#first, this.#end).flatMap((member) => member.parameters()));
    this.owns = isShared ? (parameter) => own.has(parameter) : undefined;
  }

  /**
   * Computes what `lossOf` does for each member of this rank, with the dropout that it has on one process. `forward`
   * runs a member as `lossOf` does.
   */
  losses(lossOf: (member: M) => Tensor, forward: (member: M) => unknown): Tensor[] {
    const own = this.#members.slice(this.#first, this.#end);
    if (this.#first > 0) {
      const [{ engine }] = own[0].parameters();
      const scope = Scope.of(engine, "compute the losses of members");
      this.#streams ??= training(() => {
        forward(own[0]);
        return Scope.of(engine, "count streams").streams;
      }, { engine, seed: scope.seed, step: scope.step });
      scope.skipStreams(this.#first * this.#streams);
    }
    return own.map(lossOf);
  }
}
