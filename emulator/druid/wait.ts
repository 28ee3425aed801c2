/** A pause that another part can end early. */
export class Alarm {
    #wake: (() => void) | undefined;
    #isRinging = false;

    ring(): void {
        this.#isRinging = true;
        this.#wake?.();
    }

    async sleep(ms: number): Promise<void> {
        if (!this.#isRinging) {
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, ms);
                this.#wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
        this.#wake = undefined;
        this.#isRinging = false;
    }
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
