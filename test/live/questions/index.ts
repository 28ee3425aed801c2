import { connectionQuestions } from "./connections";
import { jobQuestions } from "./jobs";
import type { Question } from "./question";
import { tableQuestions } from "./tables";

export const questions: readonly Question[] = [...connectionQuestions, ...jobQuestions, ...tableQuestions];
