/** Words of the language and names of the module's own, which no variable of a program can have. */
const reserved = new Set(
    [
        "abstract any arguments as async await boolean break case catch class const continue debugger declare default",
        "delete do else enum eval export exports extends false finally for from function get global globalThis if",
        "implements import in Infinity instanceof interface is keyof let module namespace NaN never new null number object",
        "of package private process protected public readonly require return set static string super switch symbol this",
        "throw true try type typeof undefined unique unknown var void while with yield",
        "config ingestion polaris Promise pulumi readFileSync",
    ]
        .join(" ")
        .split(" "),
);

const upperFirst = (word: string) => word.replace(/^./u, (letter) => letter.toUpperCase());

function lowerFirst(word: string): string {
    // A word in capitals is one word: ORDERS, and EUOrders as euOrders.
    const [capitals = ""] = /^\p{Lu}+(?!\p{Ll})/u.exec(word) ?? [];
    return capitals === ""
        ? word.replace(/^./u, (letter) => letter.toLowerCase())
        : capitals.toLowerCase() + word.slice(capitals.length);
}

/** The name of a variable for an object: camelCase, and an identifier of TypeScript. */
function variableName(name: string, kind: string): string {
    const [first, ...rest] = name.split(/[^\p{ID_Continue}]+|_+/u).filter((word) => word !== "");
    if (first === undefined) return kind;
    const word = lowerFirst(first) + rest.map(upperFirst).join("");
    const camel = kind === "table" ? word + upperFirst(kind) : word;
    if (!/^\p{ID_Start}/u.test(camel)) return kind + upperFirst(camel);
    return reserved.has(camel) ? camel + upperFirst(kind) : camel;
}

/** The name, with the first number that makes it differ from those that are taken already. */
export function numbered(name: string, isTaken: (name: string) => boolean, separator = ""): string {
    let unique = name;
    for (let count = 2; isTaken(unique); count += 1) unique = `${name}${separator}${count}`;
    return unique;
}

/** Names that are given once each. */
export class UniqueNames {
    private readonly taken = new Set<string>();

    constructor(private readonly separator = "") {}

    add(name: string): string {
        const unique = numbered(name, (one) => this.taken.has(one), this.separator);
        this.taken.add(unique);
        return unique;
    }
}

/** A variable for each name; one that is its own variable keeps it where another one would have the same. */
export function variablesFor(names: readonly { readonly name: string; readonly kind: string }[]): string[] {
    const wanted = names.map(({ name, kind }) => variableName(name, kind));
    const isOwn = (index: number) => wanted[index] === names[index]?.name;
    const order = [...names.keys()].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || a - b);
    const unique = new UniqueNames();
    const variables = new Map(order.map((index) => [index, unique.add(wanted[index] ?? "")]));
    return wanted.map((name, index) => variables.get(index) ?? name);
}

const words = (name: string, word: string) => `${name} ${word}`.split(/[^A-Za-z0-9]+/).filter((part) => part !== "");

/** The environment variable of a secret: `ORDERS_PASSWORD`. */
export function environmentVariable(name: string, word: string, kind: string): string {
    const text = words(name, word).join("_").toUpperCase();
    return /^\d/.test(text) ? `${kind.toUpperCase()}_${text}` : text;
}

/** The key of the stack's configuration that holds a secret: `ordersPassword`. */
export const configurationKey = (name: string, word: string): string =>
    words(name, word)
        .map((part, index) => (index === 0 ? lowerFirst(part) : upperFirst(part)))
        .join("");
