/** The class of the same name in `@azure/functions-core`: disposing twice is harmless. */
export class Disposable {
  #onDispose: (() => void) | undefined

  static from(...disposables: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) disposable.dispose()
    })
  }

  constructor(onDispose: () => void) {
    this.#onDispose = onDispose
  }

  dispose(): void {
    this.#onDispose?.()
    this.#onDispose = undefined
  }
}
