/** Features of the deep method that are what others say of each class, by how their names begin. */
export const SAYERS = [
  ['base_', 'the model of labelled locations', 'Its probability of'],
  ['exemplars_', 'the model of the log’s own exemplars', 'Its probability of'],
  ['rules_', 'the rules', 'Whether they say'],
] as const;

/** Who says what of which class by a feature; undefined of one that is measured. */
export function saidBy(feature: string): { readonly who: string; readonly what: string } | undefined {
  const [, prefix, label] = /^(base_|exemplars_|rules_)(organic|bot|hub)$/.exec(feature) ?? [];
  const sayer = SAYERS.find(([begins]) => begins === prefix);
  return sayer && { who: `${sayer[1]}: ${label}`, what: `${sayer[2]} ${label}.` };
}
