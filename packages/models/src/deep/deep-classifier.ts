import {
  CLASSES,
  type Classifier,
  type ClassifyContext,
  type ClassName,
  ConfigError,
  checkAborted,
  type FeatureTable,
  type Verdict,
  type Verdicts,
} from '@deeplogbot/core';
import type { Fusion } from '../fusion.js';
import { inTurns, Pacer, rowSteps, turn } from '../turns.js';
import { calibrated, calibratedBoth, FEW_EVENTS, UNCALIBRATED } from './calibration.js';
import { criteriaV8 } from './exemplar-criteria.js';
import type { Exemplars } from './exemplars.js';
import { constantNote, infiniteSteps } from './feature-notes.js';
import { fusedFlips, withFlip } from './fused-flip.js';
import { labelNotes } from './label-notes.js';
import { byLogClock } from './log-clock.js';
import { returningUsers, strangers } from './machine-signs.js';
import { type Measures, type RowOf, rowReader } from './measures.js';
import { peerShareSteps } from './peers.js';
import { weightByExemplars, weightByLabels } from './pool-weight.js';
import { exemplarProbabilities, pooled } from './pooling.js';
import { matrixOf, measuresOf } from './portable.js';
import { type Explainer, explainer } from './reasons.js';
import { humanRhythm, withRhythm } from './rhythm.js';
import { scoresInTurns } from './scores-in-turns.js';
import {
  exemplarsOf,
  ownExemplarSteps,
  type SelfTrained,
  type SelfTrainingInput,
  selfTrain,
  varyingSteps,
} from './self-training.js';
import { type ScoreStages, stageScores } from './stage-scores.js';
import type { TrainedModel } from './trained-model.js';
import { delivered, insufficientVerdict, type Stages, verdictOf } from './verdict.js';

export interface DeepOptions {
  /** A model fitted on labels, of this provider or another with the same measures. */
  readonly model?: TrainedModel;
  /** Labels of some keys. */
  readonly labels?: ReadonlyMap<string, ClassName>;
  /** Learn the log from itself. @defaultValue where weekends or local hours are measurable, or there is no model */
  readonly selfTraining?: boolean;
  /** Events below which a key gets no verdict. @defaultValue 3 */
  readonly minimumDownloads?: number;
  /** Reasons per key, most telling first; 0 explains nothing and is several times faster. @defaultValue 5 */
  readonly reasons?: number;
  /** Stages that are off unless asked for; what each is worth is in docs/deep.md. */
  readonly stages?: Partial<Stages & ScoreStages>;
  /** What learns from the exemplars; reasons are then those of the fitted model. @defaultValue 'gradient-boosting' */
  readonly fusion?: Fusion;
  /** Level 3 for a row and its label. */
  readonly subcategories?: (features: FeatureTable) => (row: number, label: ClassName) => string | null;
}

const UNCHANGED = UNCALIBRATED(CLASSES.length);
/** Least probability of a class in the set where no labels say better. */
const DEFAULT_THRESHOLD = 0.3;
/** Weight up to which a fitted model has no say in what the log is learned from. */
const DOUBTED = 0.25;
/** Verdicts that are told what would change them. */
const MOST_FLIPS = 200;
/** Share of keys whose rhythm must be measurable for self-training to make sense. */
const RHYTHM_SHARE = 0.2;
/** Keys from which on a log can be learned from itself. */
const FEWEST_KEYS = 50;

/**
 * The deep method: probabilities of a fitted model, pooled with those of a fusion model that learns the log from
 * exemplars found in it, calibrated, with a conformal set that says which keys a person should look at.
 *
 * Without a model there are the exemplars alone; without exemplars the model alone; which of them spoke is in `method`
 * and, where something fell away, in `warnings`.
 *
 * @throws ConfigError `MODEL_LACKS_FEATURES` when a table has less than half of a model's columns, `NOTHING_TO_LEARN_FROM`
 * where there is neither a model nor labels nor what exemplars are told by.
 */
export function deepClassifier(options: DeepOptions = {}): Classifier {
  return {
    name: 'deep',
    classify: async (features, context) => {
      const run = new DeepRun(features, context, options);
      return { method: 'deep', ...(await run.verdicts()) };
    },
  };
}

/** Probabilities per class and what they came from. */
interface Fused {
  readonly probabilities: readonly Float64Array[];
  readonly explain: Explainer;
  /** Of the fitted model among the probabilities. */
  readonly weight: number;
}

/** A verdict with what would change it. */
type Told = (verdict: Verdict, row: number) => Promise<Verdict>;

class DeepRun {
  private readonly warnings: string[] = [];
  private exemplars: Exemplars | undefined;
  private readonly measures: Measures;
  private seen: Measures = () => undefined;
  private readonly rhythm: Float64Array;
  private readonly labels: readonly (ClassName | null)[] | undefined;

  constructor(
    private readonly table: FeatureTable,
    private readonly context: ClassifyContext,
    private readonly options: DeepOptions,
  ) {
    this.measures = measuresOf(table);
    this.labels = options.labels && table.keys.map((key) => options.labels?.get(key) ?? null);
    this.rhythm = new Float64Array(table.rows);
    this.warnings.push(...labelNotes(table, options.labels, CLASSES));
  }

  async verdicts(): Promise<Omit<Verdicts, 'method'>> {
    checkAborted(this.context, 'classify');
    this.checkStart();
    const { options } = this;
    this.warnings.push(...(await inTurns(infiniteSteps(this.table), this.context)));
    const peers = await inTurns(peerShareSteps(this.measures, this.table.rows, this.context), this.context);
    this.seen = byLogClock(this.measures, peers);
    await inTurns(this.rhythmSteps(), this.context);
    const base = options.model && withRhythm(await this.scoreModel(options.model), this.rhythm);
    await this.pause(1);
    const wanted = this.wantsSelfTraining();
    if (wanted) await this.findExemplars();
    const own = wanted
      ? await this.selfTrain(base && this.weighByExemplars(base) > DOUBTED ? base : undefined)
      : undefined;
    await this.pause(2);
    const fused = this.fuse(base, own, wanted);
    const rows = await this.judge(fused, await this.flips(fused, own, wanted));
    const importances = fused.explain.importances();
    return { rows, warnings: this.warnings, ...(importances && { importances }) };
  }

  /** The verdict of each row, with turns of the event loop. */
  private async judge({ probabilities, explain }: Fused, told: Told | undefined): Promise<Verdict[]> {
    const { table, options, context } = this;
    const subcategory = options.subcategories?.(table) ?? (() => null);
    const threshold = options.model?.conformal.threshold ?? DEFAULT_THRESHOLD;
    const minimum = options.minimumDownloads ?? 3;
    const total = this.measures('total_downloads');
    const read = rowReader(this.measures);
    const rows: Verdict[] = [];
    const pacer = new Pacer(context);
    const overruled = new Map<string, number>();
    for (let row = 0; row < table.rows; row++) {
      if (row % 2000 === 1999) context.onProgress?.({ step: 'classify', done: 3, total: 4, unit: 'nodes' });
      if (explain.needs(row)) await explain.prepare(row, context);
      else if (pacer.isDue()) await pacer.turn();
      if (total && !(total[row]! >= minimum)) {
        rows.push(insufficientVerdict(total[row]!, minimum));
        continue;
      }
      const p = probabilities.map((column) => column[row]!);
      const outcome = delivered(p, read(row), options.stages ?? {});
      const { overruledBy: stage } = outcome;
      if (stage) overruled.set(stage, (overruled.get(stage) ?? 0) + 1);
      const reasons = explain.reasons(row, outcome.label);
      const verdict = verdictOf(outcome, reasons, threshold, subcategory(row, outcome.label));
      rows.push(told && verdict.needsReview ? await told(verdict, row) : verdict);
    }
    for (const [stage, count] of overruled)
      this.warnings.push(`Labels that ${stage.replace('_', ' ')} changed whatever the model says: ${count}.`);
    return rows;
  }

  /** Tells whoever reviews a verdict what would change it; the first ones only, as it takes time. */
  private async flips({ weight }: Fused, own: SelfTrained | undefined, wanted: boolean): Promise<Told | undefined> {
    const { model, reasons, stages = {} } = this.options;
    if (reasons === 0 || (wanted && !own)) return undefined;
    const { measures, rhythm, context } = this;
    const deciding = { measures, rhythm, weight, rows: this.table.rows, ...(model && { model }), ...(own && { own }) };
    const deliver = (p: readonly number[], row: RowOf) => delivered(p, row, stages).label;
    const search = await inTurns(fusedFlips({ ...deciding, deliver }), context);
    let left = MOST_FLIPS;
    return (
      search &&
      (async (verdict, row) => (left-- > 0 ? withFlip(verdict, await inTurns(search(row), context)) : verdict))
    );
  }

  /** Lets progress be shown and an abort be seen. */
  private async pause(done: number): Promise<void> {
    this.context.onProgress?.({ step: 'classify', done, total: 4, unit: 'nodes' });
    await turn(this.context);
  }

  /** Exemplars are told by users and downloads; where neither these nor a model nor labels are there, nothing can be said. */
  private checkStart(): void {
    const missing = ['unique_users', 'downloads_per_user'].filter((name) => !this.table.get(name));
    if (this.options.model || this.options.labels || missing.length === 0) return;
    throw new ConfigError('NOTHING_TO_LEARN_FROM', `The deep method finds no ${missing.join(', ')} in the features.`, {
      hint: 'Give a model (train) or labels for this kind of log, or classify by rules.',
    });
  }

  private async scoreModel(model: TrainedModel): Promise<readonly Float64Array[]> {
    const missing = model.features.filter((name) => !this.measures(name));
    if (missing.length * 2 > model.features.length) {
      throw new ConfigError(
        'MODEL_LACKS_FEATURES',
        `The model reads ${model.features.length} features; the table lacks ${missing.length}: ${missing.join(', ')}.`,
        { hint: 'Train a model on this kind of log, or classify without one.' },
      );
    }
    const unmeasured = model.features.filter((name) => !this.measures(name)?.some((value) => !Number.isNaN(value)));
    if (unmeasured.length > 0 && this.table.rows > 0)
      this.warnings.push(`Features of the model that are not measurable here: ${unmeasured.join(', ')}.`);
    const columns = matrixOf(this.measures, model.features, this.table.rows);
    const scores = await scoresInTurns(model.scores, columns, this.context);
    return calibratedBoth(scores, this.fewEvents(), model.calibration);
  }

  private fewEvents(): Uint8Array {
    const total = this.measures('total_downloads');
    return Uint8Array.from({ length: this.table.rows }, (_, row) => (total && total[row]! < FEW_EVENTS ? 1 : 0));
  }

  private wantsSelfTraining(): boolean {
    const { selfTraining, model } = this.options;
    if (selfTraining !== undefined) return selfTraining;
    return this.labels !== undefined || model === undefined || (this.table.rows >= FEWEST_KEYS && this.hasRhythm());
  }

  private hasRhythm(): boolean {
    return this.rhythm.filter((value) => !Number.isNaN(value)).length >= RHYTHM_SHARE * this.table.rows;
  }

  private *rhythmSteps(): Generator<undefined, void> {
    const read = rowReader(this.seen);
    const returning = returningUsers(this.measures);
    yield* rowSteps(this.table.rows, (i) => {
      const row = read(i);
      this.rhythm[i] = humanRhythm(row) * (1 - strangers(row, returning));
    });
  }

  private async selfTrain(base: readonly Float64Array[] | undefined): Promise<SelfTrained | undefined> {
    const input = this.selfTrainingInput(base);
    const { columns, warnings } = await stageScores(
      {
        ...input,
        rows: this.table.rows,
        features: await inTurns(varyingSteps(this.table, this.measures), this.context),
        exemplars: exemplarsOf(input),
      },
      this.options.stages ?? {},
    );
    this.warnings.push(...warnings);
    const own = await selfTrain({ ...input, stages: columns });
    if (own) {
      this.warnings.push(...constantNote(this.table, own.features));
      return own;
    }
    this.warnings.push(
      base
        ? 'Fewer than two classes have exemplars in this log; the verdicts are those of the model and the one class.'
        : 'Fewer than two classes have exemplars in this log; only exemplars have a certain verdict.',
    );
    return undefined;
  }

  private selfTrainingInput(base: readonly Float64Array[] | undefined): SelfTrainingInput {
    return {
      table: this.table,
      measures: this.measures,
      seen: this.seen,
      randomState: this.context.randomState,
      ...(base && { base }),
      ...(this.exemplars && { known: this.exemplars }),
      ...(this.options.fusion && { fusion: this.options.fusion }),
      ...(this.labels && { labels: this.labels }),
      ...(!this.hasRhythm() && { criteria: criteriaV8 }),
      ...(this.context.signal && { signal: this.context.signal }),
    };
  }

  private fuse(base: readonly Float64Array[] | undefined, own: SelfTrained | undefined, wanted: boolean): Fused {
    const learned = own && calibrated(own.scores, UNCHANGED);
    const explain = explainer({
      measures: this.measures,
      table: this.table,
      count: this.options.reasons ?? 5,
      ...(this.options.model && { model: this.options.model }),
      ...(own && { own }),
    });
    if (base && !wanted) return { probabilities: base, explain, weight: 1 };
    const shares = learned ?? this.exemplarShares();
    const weight = base ? this.weightOf(base, own) : 0;
    return { probabilities: base ? pooled(base, shares, weight) : shares, explain, weight };
  }

  /** How much the fitted model counts beside what was learned here. */
  private weightOf(base: readonly Float64Array[], own: SelfTrained | undefined): number {
    const { labels } = this;
    if (own?.labelled && labels) {
      const probabilities = calibrated(own.labelled.scores, UNCHANGED);
      const weight = weightByLabels(base, { rows: own.labelled.rows, probabilities }, labels);
      if (weight !== undefined) return weight;
    }
    return this.weighByExemplars(base);
  }

  private weighByExemplars(base: readonly Float64Array[]): number {
    return weightByExemplars(base, this.ownExemplars());
  }

  private async findExemplars(): Promise<void> {
    this.exemplars = await inTurns(ownExemplarSteps(this.selfTrainingInput(undefined)), this.context);
  }

  /** Exemplars by behaviour alone. */
  private ownExemplars(): Exemplars {
    this.exemplars ??= exemplarsOf(this.selfTrainingInput(undefined));
    return this.exemplars;
  }

  private exemplarShares(): readonly Float64Array[] {
    return exemplarProbabilities(this.ownExemplars(), this.table.rows);
  }
}
