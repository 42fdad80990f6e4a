/** Files that are written beside one another: each waits for the disk, and the waits add up to what a report takes. */
export class FilesInWriting {
  private readonly files: Promise<string>[] = [];

  add(file: Promise<string>): void {
    file.catch(() => {}); // `paths` says why, once the others are done, too.
    this.files.push(file);
  }

  /** Their paths in the order in which they were added, once all are written; throws what the first that failed did. */
  async paths(): Promise<string[]> {
    await Promise.allSettled(this.files);
    return Promise.all(this.files);
  }
}
