import {
  CLASSES,
  type Classifier,
  type ClassifyContext,
  type ClassName,
  ConfigError,
  checkAborted,
  type FeatureTable,
  type Verdicts,
} from '@deeplogbot/core';
import type { Fusion } from '../fusion.js';
import { inTurns, turn } from '../turns.js';
import { basisOf } from './basis.js';
import { calibrated, UNCALIBRATED } from './calibration.js';
import { dissentOf, rulesColumns, saidByRules } from './dissent.js';
import { criteriaV8 } from './exemplar-criteria.js';
import type { Exemplars } from './exemplars.js';
import { constantNote, infiniteSteps } from './feature-notes.js';
import { fusedFlips, withFlip } from './fused-flip.js';
import { type Judging, judge, type Told } from './judge.js';
import { labelNotes, rareNote, uncheckedNote } from './label-notes.js';
import { likenessSteps } from './likeness.js';
import { type LogLife, logLife } from './log-life.js';
import type { Measures, RowOf } from './measures.js';
import { fewEvents, scoreModel } from './model-scores.js';
import { namesUsers } from './nameless.js';
import { canCheck, type HeldOut, thresholdByLabels, weightByExemplars, weightByLabels } from './pool-weight.js';
import { exemplarProbabilities, poolOf } from './pooling.js';
import { measuresOf } from './portable.js';
import { type Explainer, explainer } from './reasons.js';
import { withRhythm } from './rhythm.js';
import { secondView } from './second-view.js';
import {
  exemplarsOf,
  ownExemplarSteps,
  type SelfTrained,
  type SelfTrainingInput,
  selfTrain,
  trainOnLabels,
  varyingSteps,
} from './self-training.js';
import { type ScoreStages, stageScores } from './stage-scores.js';
import type { TrainedModel } from './trained-model.js';
import { delivered, type Stages } from './verdict.js';

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
  /**
   * Judges whatever no labels check: where neither its verdict nor that of the model is the delivered one, a person should look.
   * A fit on labels reads what it says.
   */
  readonly rules?: Classifier;
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
/** Weight of a fitted model in a log that is like the rows it was fitted on. */
const WEIGHT_AT_HOME = 0.5;
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
  /** Of the fitted model beside what exemplars taught. */
  readonly trust: number;
  /** Of what was known without labels beside what was learned last. */
  readonly weight: number;
  /** Least probability of a class in the set of a row. */
  readonly threshold: number;
  /** What the log taught, where no labels say whether it or the fitted model is right. */
  readonly unsettled?: readonly Float64Array[];
}

/** What came of learning the log from itself; absent where a fitted model judges alone. */
interface Learnt {
  readonly exemplars: Exemplars;
  /** Absent where fewer than two classes have exemplars. */
  readonly own?: SelfTrained;
}

class DeepRun {
  private readonly warnings: string[] = [];
  private readonly measures: Measures;
  /** How far this log is like the rows that the model was fitted on, 0 … 1. */
  private like = 0;
  private readonly labels: readonly (ClassName | null)[] | undefined;

  constructor(
    private readonly table: FeatureTable,
    private readonly context: ClassifyContext,
    private readonly options: DeepOptions,
  ) {
    this.measures = measuresOf(table);
    this.labels = options.labels && table.keys.map((key) => options.labels?.get(key) ?? null);
    const known = this.labels ?? [];
    this.warnings.push(...labelNotes(table, options.labels, CLASSES), ...uncheckedNote(known), ...rareNote(known));
  }

  async verdicts(): Promise<Omit<Verdicts, 'method'>> {
    const { table, measures, context, options } = this;
    checkAborted(context, 'classify');
    this.checkStart();
    this.warnings.push(...(await inTurns(infiniteSteps(table), context)));
    if (options.model) this.like = await inTurns(likenessSteps(options.model, measures, table.rows), context);
    const life = await logLife(measures, table.rows, { ...context, withPeers: options.selfTraining !== false });
    const base = options.model && (await this.scores(options.model, life));
    await this.pause(1);
    const learnt = this.wantsSelfTraining(life) ? await this.learn(base, life) : undefined;
    await this.pause(2);
    const fused = this.fuse(base, learnt);
    const judging = { ...(await this.judging(fused, learnt, life)), dissent: await this.dissent(base, learnt) };
    const { rows, warnings, ...judged } = await judge(judging, context);
    const importances = fused.explain.importances();
    const basis = basisOf({
      labels: this.known(),
      ...(learnt && { exemplars: learnt.exemplars }),
      ...(options.model && { model: options.model }),
    });
    const { unsettled, weight } = fused;
    return {
      rows,
      basis,
      warnings: [...this.warnings, ...warnings],
      ...(base && unsettled && { secondView: secondView(base, unsettled, weight, judged) }),
      ...(importances && { importances }),
    };
  }

  /** Exemplars are told by users and downloads; where neither these nor a model nor labels are there, nothing can be said. */
  private checkStart(): void {
    const missing = ['unique_users', 'downloads_per_user'].filter((name) => !this.table.get(name));
    if (this.options.model || this.options.labels || missing.length === 0) return;
    throw new ConfigError('NOTHING_TO_LEARN_FROM', `The deep method finds no ${missing.join(', ')} in the features.`, {
      hint: 'Give a model (train) or labels for this kind of log, or classify by rules.',
    });
  }

  private async scores(model: TrainedModel, { rhythm }: LogLife): Promise<readonly Float64Array[]> {
    const { probabilities, warnings } = await scoreModel(model, this.table, this.measures, this.context);
    this.warnings.push(...warnings);
    return withRhythm(probabilities, rhythm);
  }

  /** Lets progress be shown and an abort be seen. */
  private async pause(done: number): Promise<void> {
    this.context.onProgress?.({ step: 'classify', done, total: 4, unit: 'nodes' });
    await turn(this.context);
  }

  private wantsSelfTraining(life: LogLife): boolean {
    const { selfTraining, model } = this.options;
    if (selfTraining !== undefined) return selfTraining;
    return this.labels !== undefined || model === undefined || (this.table.rows >= FEWEST_KEYS && this.hasRhythm(life));
  }

  private hasRhythm({ rhythm }: LogLife): boolean {
    return rhythm.filter((value) => !Number.isNaN(value)).length >= RHYTHM_SHARE * this.table.rows;
  }

  /** Labels of rows that the table has. */
  private known(): number {
    return this.labels?.filter((label) => label !== null).length ?? 0;
  }

  private async learn(base: readonly Float64Array[] | undefined, life: LogLife): Promise<Learnt> {
    if (!life.isLived)
      this.warnings.push(
        'No place of this log can be seen to keep nights or weekends: who is a person is told by other signs and less certain.',
      );
    if (!namesUsers(this.measures))
      this.warnings.push(
        'No users are known in this log: each place is learned from as one visitor, so crowds do not show.',
      );
    const input = this.selfTrainingInput(life);
    const exemplars = await inTurns(ownExemplarSteps(input), this.context);
    const trusted = base && this.trust(base, exemplars) > DOUBTED ? base : undefined;
    const known = { ...input, known: exemplars, ...(trusted && { base: trusted, like: this.like }) };
    const own = await this.selfTrain(known, base);
    if (own) this.warnings.push(...constantNote(this.table, own.features));
    else this.warnings.push(oneClassNote(exemplars, base !== undefined));
    return { exemplars, ...(own && { own }) };
  }

  private selfTrainingInput({ seen, ...life }: LogLife): SelfTrainingInput {
    return {
      table: this.table,
      measures: this.measures,
      seen,
      randomState: this.context.randomState,
      ...(this.options.fusion && { fusion: this.options.fusion }),
      ...(this.labels && { labels: this.labels }),
      ...(!this.hasRhythm({ seen, ...life }) && { criteria: criteriaV8 }),
      ...(this.context.signal && { signal: this.context.signal }),
    };
  }

  /** Learns from exemplars, which few labels join; labels that can check them are learned from apart. */
  private async selfTrain(
    input: SelfTrainingInput,
    base: readonly Float64Array[] | undefined,
  ): Promise<SelfTrained | undefined> {
    const { table, measures, context } = this;
    const features = await inTurns(varyingSteps(table, measures), context);
    const staged = { ...input, rows: table.rows, features, exemplars: exemplarsOf(input) };
    const { columns: stages, warnings } = await stageScores(staged, this.options.stages ?? {});
    this.warnings.push(...warnings);
    if (!canCheck(this.labels ?? [])) return selfTrain({ ...input, stages });
    const { labels, ...unlabelled } = { ...input, stages };
    const alone = await selfTrain(unlabelled);
    const { rules } = this.options;
    const said = rules && rulesColumns(await saidByRules(rules, table, context));
    return trainOnLabels({ ...input, stages: { ...stages, ...said }, ...(base && { base }) }, alone);
  }

  private fuse(base: readonly Float64Array[] | undefined, learnt: Learnt | undefined): Fused {
    const own = learnt?.own;
    const explain = explainer({
      measures: this.measures,
      table: this.table,
      count: this.options.reasons ?? 5,
      ...(this.options.model && { model: this.options.model }),
      ...(own && { own }),
    });
    const threshold = this.options.model?.conformal.threshold ?? DEFAULT_THRESHOLD;
    if (!learnt) return { probabilities: base!, explain, trust: 1, weight: 1, threshold };
    const learned = own ? calibrated(own.scores, UNCHANGED) : exemplarProbabilities(learnt.exemplars, this.table.rows);
    const trust = base ? this.trust(base, learnt.exemplars) : 0;
    const held = this.heldOut(learnt);
    const without = held && own?.alone ? poolOf(base, calibrated(own.alone.scores, UNCHANGED), trust) : base;
    const weight = (held && without && weightByLabels(without, held, this.labels ?? [])) ?? trust;
    // Labels may find that sets must be wider than where the model comes from; narrower ones would hide the undecided.
    const asked = held && thresholdByLabels(without, held, weight, this.labels ?? []);
    const isUnsettled = base && own && !canCheck(this.labels ?? []);
    return {
      probabilities: poolOf(without, learned, weight),
      explain,
      trust,
      weight,
      threshold: Math.min(threshold, asked ?? threshold),
      ...(isUnsettled && { unsettled: learned }),
    };
  }

  /** Probabilities of labelled rows by fits that did not see them. */
  private heldOut({ own }: Learnt): HeldOut | undefined {
    return own?.labelled && { rows: own.labelled.rows, probabilities: calibrated(own.labelled.scores, UNCHANGED) };
  }

  /** How much the fitted model counts beside what exemplars taught. */
  private trust(base: readonly Float64Array[], exemplars: Exemplars): number {
    return Math.max(weightByExemplars(base, exemplars), WEIGHT_AT_HOME * this.like);
  }

  private async judging(fused: Fused, learnt: Learnt | undefined, life: LogLife): Promise<Omit<Judging, 'dissent'>> {
    const { table, measures, options } = this;
    const few = fewEvents(measures, table.rows);
    const isUnchecked = learnt !== undefined && !canCheck(this.labels ?? []);
    const isBlurred = !life.isLived || !namesUsers(measures);
    const told = await this.flips(fused, learnt, life);
    return {
      table,
      measures,
      probabilities: fused.probabilities,
      explain: fused.explain,
      isDoubtful: (row) => isUnchecked && (few[row] === 1 || isBlurred),
      stages: options.stages ?? {},
      threshold: fused.threshold,
      minimum: options.minimumDownloads ?? 3,
      subcategory: options.subcategories?.(table) ?? (() => null),
      ...(told && { told }),
    };
  }

  /** What model and rules say against a label that was learned here and that no labels have checked. */
  private async dissent(
    model: readonly Float64Array[] | undefined,
    learnt: Learnt | undefined,
  ): Promise<Judging['dissent']> {
    const { rules } = this.options;
    if (!model || !rules || !learnt || canCheck(this.labels ?? [])) return () => undefined;
    const judges = { model, rules: await saidByRules(rules, this.table, this.context) };
    return (label, row) => dissentOf(label, row, judges);
  }

  /** Tells whoever reviews a verdict what would change it; the first ones only, as it takes time. */
  private async flips(
    { trust, weight }: Fused,
    learnt: Learnt | undefined,
    { rhythm }: LogLife,
  ): Promise<Told | undefined> {
    const { model, reasons, stages = {} } = this.options;
    if (reasons === 0 || (learnt && !learnt.own)) return undefined;
    const { measures, context } = this;
    const own = learnt?.own;
    const deciding = {
      measures,
      rhythm,
      trust,
      weight,
      rows: this.table.rows,
      ...(model && { model }),
      ...(own && { own }),
    };
    const deliver = (p: readonly number[], row: RowOf) => delivered(p, row, stages).label;
    const search = await inTurns(fusedFlips({ ...deciding, deliver }), context);
    let left = MOST_FLIPS;
    return (
      search &&
      (async (verdict, row) => (left-- > 0 ? withFlip(verdict, await inTurns(search(row), context)) : verdict))
    );
  }
}

/** Says which class alone was found, and what the verdicts are then. */
function oneClassNote({ counts }: Exemplars, hasModel: boolean): string {
  const found = CLASSES.map((name) => `${name} ${counts[name]}`).join(', ');
  return `Fewer than two classes have exemplars in this log (${found}); ${hasModel ? 'the verdicts are those of the model and the one class' : 'only exemplars have a certain verdict'}.`;
}
