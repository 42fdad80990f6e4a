/** The part of ml-cart 2 that is used here; the package has no types of its own. */
declare module 'ml-cart' {
  export interface CartOptions {
    /** A node of at most this many rows is not split. @defaultValue 3 */
    readonly minNumSamples?: number;
    /** @defaultValue Infinity */
    readonly maxDepth?: number;
    /** A split must lower the Gini impurity by more than this. @defaultValue 0.01 */
    readonly gainThreshold?: number;
  }

  /** Rows with `value < splitValue` go left. A leaf has a distribution and no children. */
  export interface CartNode {
    readonly splitColumn?: number;
    readonly splitValue?: number;
    readonly left?: CartNode;
    readonly right?: CartNode;
    readonly distribution?: { readonly columns: number; get(row: number, column: number): number };
  }

  export class DecisionTreeClassifier {
    constructor(options?: CartOptions);
    readonly root: CartNode;
    train(rows: number[][], labels: number[]): void;
    predict(rows: number[][]): number[];
  }
}
