import { DEFAULT_RULES, RULES, type RuleName } from "../../../emulator/rules";
import { Unclear, type Live } from "../live";

/** What Imply's documents leave open, and how to find it out. */
export interface Question {
    /** The name of the emulator's rule, where there is one. */
    readonly id: string;
    readonly question: string;
    /** What the emulator does unless it is asked for something else; nothing where no single answer is expected. */
    readonly assumed?: string;
    readonly ask: (live: Live) => Promise<string>;
}

/** The question of an emulator's rule, which is answered by one of its values. */
export const ruleQuestion = (id: RuleName, ask: Question["ask"]): Question => ({
    id,
    question: RULES[id].help,
    assumed: String(DEFAULT_RULES[id]),
    ask,
});

const unasked = "not asked: ";
const unclear = "unclear: ";

export const isAnswered = (answer: string) => !answer.startsWith(unasked) && !answer.startsWith(unclear);

export const notAsked = (reason: string) => `${unasked}${reason}`;

/** The answer to a question, or in words why there is none. */
export async function answerTo({ ask }: Question, live: Live): Promise<string> {
    try {
        return await ask(live);
    } catch (error) {
        if (error instanceof Unclear) return `${unclear}${error.message}`;
        throw error;
    }
}

/** What several observations have in common, else all of them. */
export function common(observations: Readonly<Record<string, string>>): string {
    const [first = "", ...others] = new Set(Object.values(observations));
    if (others.length === 0) return first;
    return Object.entries(observations)
        .map(([what, value]) => `${what} ${value}`)
        .join(", ");
}
