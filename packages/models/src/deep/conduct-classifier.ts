import {
  type Classifier,
  type ClassName,
  type ConductLearning,
  categoriesOf,
  type FeatureTable,
  type Importances,
  type Reason,
  type RunControl,
  type Verdict,
} from '@deeplogbot/core';
import { Pacer } from '../turns.js';
import { type LearnedConduct, learnConduct } from './conduct.js';
import { conformalSet } from './conformal.js';
import { labelNotes } from './label-notes.js';
import { measuresOf } from './portable.js';
import { type Explainer, explainer } from './reasons.js';

export interface ConductOptions {
  /** Whose verdicts are weighed against what is learned; the rules of the provider. */
  readonly rules: Classifier;
  readonly conduct: ConductLearning;
  /** Labels of some keys; they join the exemplars and outweigh them. */
  readonly labels?: ReadonlyMap<string, ClassName>;
}

/** From these probabilities of a program on, a key is a bot, or doubtful: those of the rules. */
const BOT = 0.8;
const DOUBTFUL = 0.5;
/** Events at which what was learned counts half, and below which it does not count at all. */
const HALF = 20;
const FEWEST = 3;
/** Weight of rules that found nothing: that nothing speaks against a key says little for it. */
const SILENCE = 0.15;
/** Exemplars are clear cases; nothing learned from them is surer than this. */
const SUREST = 0.98;
const REASONS = 3;
/** Conduct tells people from programs; it knows no hubs. */
const CONDUCTS: readonly ClassName[] = ['organic', 'bot'];

/**
 * The deep method for keys of which many say what they are. Those that do (robots by name, programs of people, readers of
 * robots.txt) keep the verdict of the rules, and are what the log teaches the conduct of programs by; the others get
 *
 *   p = (c_r · p_r + c_m · p_m) / (c_r + c_m),
 *
 * a linear opinion pool (Stone 1961) of the rules' p_r and the learned p_m, each weighted by how far it is from undecided:
 * c_r = |2 p_r − 1| where rules found evidence and 0.15 where they found none, c_m = |2 p_m − 1| · n / (n + 20) with n
 * events. A key is a bot from 0.8 on and doubtful from 0.5 on. Below 3 events the rules' verdict stands, and so does a bot of
 * the rules, for review, while they are surer than what was learned.
 */
export function conductClassifier(options: ConductOptions): Classifier {
  return {
    name: 'deep',
    async classify(features, context) {
      const { rows, warnings } = await options.rules.classify(features, context);
      const { conduct, labels } = options;
      const notes = [...warnings, ...labelNotes(features, labels, CONDUCTS)];
      const learned = await learnConduct({ ...context, table: features, conduct, ...(labels && { labels }) });
      if (!('model' in learned)) return { method: 'deep', rows, warnings: [...notes, tooFew(learned.counts)] };
      const second = new SecondOpinion(features, learned, options);
      const judged = await second.onAll(rows, context);
      const importances = second.importances();
      return { method: 'deep', rows: judged, warnings: notes, ...(importances && { importances }) };
    },
  };
}

const tooFew = ({ organic, bot }: LearnedConduct['counts']): string =>
  `The log has too few clear cases to learn from (${organic} of people, ${bot} of programs); the verdicts are those of the rules.`;

/** What was learned, held against the verdicts of the rules. */
class SecondOpinion {
  private readonly settled: Uint8Array;
  private readonly events: Float64Array;
  private readonly explain: Explainer;

  constructor(
    table: FeatureTable,
    private readonly learned: LearnedConduct,
    private readonly options: ConductOptions,
  ) {
    const { conduct } = options;
    this.settled = conduct.settled(table);
    this.events = table.need(conduct.events);
    this.explain = explainer({
      table,
      measures: measuresOf(table),
      count: REASONS,
      onlyTelling: true,
      word: conduct.word,
      own: learned,
    });
  }

  importances(): Importances | undefined {
    return this.explain.importances();
  }

  async onAll(verdicts: readonly Verdict[], control: RunControl): Promise<Verdict[]> {
    const judged: Verdict[] = [];
    const pacer = new Pacer(control);
    for (const [row, verdict] of verdicts.entries()) {
      if (this.isOpen(verdict, row) && this.explain.needs(row)) await this.explain.prepare(row, control);
      else if (pacer.isDue()) await pacer.turn();
      judged.push(this.on(verdict, row));
    }
    return judged;
  }

  /** Whether conduct has a say. */
  private isOpen({ label }: Verdict, row: number): boolean {
    return label !== 'insufficient_evidence' && this.settled[row] !== 1 && this.events[row]! >= FEWEST;
  }

  private on(verdict: Verdict, row: number): Verdict {
    if (!this.isOpen(verdict, row)) return verdict;
    const { p, ruleWeight, conductWeight } = this.pooled(verdict.probabilities[1], row);
    if (verdict.label === 'bot' && p < BOT && conductWeight <= ruleWeight) return { ...verdict, needsReview: true };
    const label: ClassName = p >= BOT ? 'bot' : 'organic';
    const learned = [this.learned.probabilities[0]![row]!, this.learned.probabilities[1]![row]!];
    const { subcategories } = this.options.conduct;
    const set = conformalSet(learned, this.learned.threshold);
    const isLikelier = p >= DOUBTFUL ? 'bot' : 'organic';
    const mine = this.explain.reasons(row, isLikelier);
    return {
      ...categoriesOf(label),
      subcategory: subcategories[label === 'bot' ? 'program' : p >= DOUBTFUL ? 'doubtful' : 'person'],
      confidence: label === 'bot' ? p : 1 - p,
      probabilities: [1 - p, p, 0],
      reasons: [...evidence(verdict), ...mine],
      needsReview: set.length > 1 || set[0] !== Number(label === 'bot'),
    };
  }

  /** Probability of a program by rules and conduct, and the weights of the two. */
  private pooled(byRules: number, row: number) {
    const n = this.events[row]!;
    const [person, program] = [this.learned.probabilities[0]![row]!, this.learned.probabilities[1]![row]!];
    const byConduct = Math.min(SUREST, Math.max(1 - SUREST, program / (person + program)));
    const ruleWeight = byRules > 0 ? Math.max(SILENCE, Math.abs(2 * byRules - 1)) : SILENCE;
    const conductWeight = (Math.abs(2 * byConduct - 1) * n) / (n + HALF);
    const p = (ruleWeight * byRules + conductWeight * byConduct) / (ruleWeight + conductWeight);
    return { p, ruleWeight, conductWeight };
  }
}

/** Reasons of the rules that weigh something; why rules found nothing is said by the conduct. */
const evidence = ({ reasons }: Verdict): readonly Reason[] =>
  reasons.filter(({ contribution }) => contribution !== undefined);
