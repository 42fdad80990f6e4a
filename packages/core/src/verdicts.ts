import type { FeatureTable } from './features.js';
import type { Importances } from './importances.js';
import type { RunControl } from './progress.js';

/** The final label of a key. `insufficient_evidence`: too few events to say. */
export type Label = 'bot' | 'hub' | 'organic' | 'insufficient_evidence';

export const CLASSES = ['organic', 'bot', 'hub'] as const;
export type ClassName = (typeof CLASSES)[number];

/** Why a key got its label: one rule that fired, or one feature's contribution. */
export interface Reason {
  /** Id of the rule, or `feature:<name>`. */
  readonly id: string;
  readonly feature?: string;
  /** What the feature measures, where no table of features says it: the method derived it from others. */
  readonly meaning?: string;
  readonly value?: number;
  readonly threshold?: number;
  readonly contribution?: number;
  /** A sentence a person can read. */
  readonly sentence: string;
}

/** The verdict of one key. */
export interface Verdict {
  readonly label: Label;
  readonly behaviorType: 'organic' | 'automated' | 'insufficient_evidence';
  readonly automationCategory: 'bot' | 'legitimate_automation' | null;
  readonly subcategory: string | null;
  /** Confidence that the label is right, 0 … 1; NaN for insufficient evidence. */
  readonly confidence: number;
  /** In the order of {@link CLASSES}; sums to 1, or NaN for insufficient evidence. */
  readonly probabilities: readonly [organic: number, bot: number, hub: number];
  readonly reasons: readonly Reason[];
  readonly needsReview: boolean;
}

/** The levels above the subcategory that go with a class. */
export const categoriesOf = (label: ClassName): Pick<Verdict, 'label' | 'behaviorType' | 'automationCategory'> => ({
  label,
  behaviorType: label === 'organic' ? 'organic' : 'automated',
  automationCategory: label === 'organic' ? null : label === 'bot' ? 'bot' : 'legitimate_automation',
});

/** The verdict of a key that nothing can be said of. */
export const insufficientEvidence = (reason: Reason): Verdict => ({
  label: 'insufficient_evidence',
  behaviorType: 'insufficient_evidence',
  automationCategory: null,
  subcategory: null,
  confidence: Number.NaN,
  probabilities: [Number.NaN, Number.NaN, Number.NaN],
  reasons: [reason],
  needsReview: false,
});

/**
 * What another judge says of people where it names another class. Keys of one kind of disagreement are right or wrong together, so
 * it belongs into what is said of all of them: {@link CleanTotal.low}.
 */
export interface SecondView {
  /** Probability of people by that judge, per key. */
  readonly organic: Float64Array;
  /** Probability of people by the first judge alone, per key: a verdict may give others a part. */
  readonly alone: Float64Array;
  /** Kind of disagreement per key, from 1 on; 0 where both name the same class. */
  readonly kind: Uint8Array;
  /** How likely the other judge is to be right about a key of its kind, 0 … 1, per key. */
  readonly weight: Float64Array;
}

/** One verdict per row of the feature table, in its order. */
export interface Verdicts {
  readonly method: string;
  readonly rows: readonly Verdict[];
  readonly warnings: readonly string[];
  /** What the probabilities rest on and what is in no interval, sentences, the last without its stop; absent where the method says nothing of it. */
  readonly basis?: string;
  /** Absent where there is one judge, or where labels have settled who is right. */
  readonly secondView?: SecondView;
  /** What the method relied on, over all keys; absent where it cannot tell. */
  readonly importances?: Importances;
}

export interface ClassifyContext extends RunControl {
  readonly randomState: number;
  /** Expected share of anomalous keys, (0, 0.5]. */
  readonly contamination: number;
}

/** A text that verdicts rest on, so that two runs can be told apart by it. */
export interface VerdictSource {
  readonly kind: 'rules' | 'model' | 'labels';
  /** What it is called, without the folder that it lies in. */
  readonly name: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: string;
}

/** Columns in, one verdict per key out. No engine, no files. */
export interface Classifier {
  readonly name: string;
  /** What the verdicts rest on besides the log; goes into `run.json`. @defaultValue nothing that is known */
  readonly sources?: readonly VerdictSource[];
  classify(features: FeatureTable, context: ClassifyContext): Promise<Verdicts>;
}
