// the annotated log

export { type AppendControl, appendVerdicts, canAppendVerdicts, readsAhead } from './annotate/append-verdicts.js';
export { type RowPlaces, rowPlaces } from './annotate/row-places.js';

// engines

export { type NativeEngineOptions, openNativeEngine } from './engine/native.js';
export { checkEngineOptions, type EngineChoice, type OpenEngineOptions, openEngine } from './engine/open.js';
export { openNodeWasmEngine } from './engine/wasm-node.js';

// input

export { fewAtOnce } from './input/few-at-once.js';
export { fileIdentity, inputIdentity } from './input/identity.js';
export { type Input, type ResolveInputOptions, resolveInput } from './input/resolve.js';

// output

export { replaceFile, writeAtomically } from './output/atomic.js';
export { openOutputDir, openStagedDir, type StagedDir } from './output/output-dir.js';
export { requireTempDirectory } from './output/temp-directory.js';
export { verifySameRows } from './output/verify.js';

// threads

export { stepBack } from './step-back.js';

// kept work

export { contentDigest } from './store/digest.js';
export type { RunIdentity } from './store/identity-difference.js';
export { openResumeStore, type ResumeStore } from './store/resume-store.js';
export { openColumnSpill } from './store/spill-file.js';
export { openState, type State, type StateLog, type StateOptions } from './store/state.js';
export type { MemberFile } from './store/state-manifest.js';
