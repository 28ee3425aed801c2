/** The characters of Kafka's topic names. A set of them is written as a string. */
export const topicCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

/** The longest name that Kafka gives to a topic. */
export const longestTopicName = 249;

/** The topic characters that fulfil a condition. */
export const pick = (condition: (character: string) => boolean) =>
    Array.from(topicCharacters).filter(condition).join("");

/** The topic characters that are not in a set. */
export const without = (characters: string) => pick((character) => !characters.includes(character));

/** The topic characters that are in both sets. */
export const both = (left: string, right: string) => pick((c) => left.includes(c) && right.includes(c));

/** The topic characters that are in one of the sets, or in both. */
export const either = (left: string, right: string) => pick((c) => left.includes(c) || right.includes(c));

/** A set with the other case of each of its letters. */
export const inBothCases = (characters: string) =>
    pick((c) => characters.includes(c.toLowerCase()) || characters.includes(c.toUpperCase()));

const nothing = "";
const predefined: Readonly<Record<string, string>> = {
    d: pick((c) => /[0-9]/.test(c)),
    w: pick((c) => /[A-Za-z0-9_]/.test(c)),
    s: nothing,
    h: nothing,
    v: nothing,
};

/** The set that an escaped letter stands for, such as `d` for digits and `D` for all but digits. */
export function predefinedSet(letter: string): string | undefined {
    const set = predefined[letter.toLowerCase()];
    return set !== undefined && letter !== letter.toLowerCase() ? without(set) : set;
}

const properties: Readonly<Record<string, RegExp>> = {
    Lower: /[a-z]/,
    Upper: /[A-Z]/,
    ASCII: /./,
    Alpha: /[A-Za-z]/,
    Digit: /[0-9]/,
    Alnum: /[A-Za-z0-9]/,
    Punct: /[._-]/,
    Graph: /./,
    Print: /./,
    Blank: /\s/,
    Cntrl: /\s/,
    XDigit: /[0-9A-Fa-f]/,
    Space: /\s/,
    L: /[A-Za-z]/,
    LC: /[A-Za-z]/,
    Lu: /[A-Z]/,
    Ll: /[a-z]/,
    N: /[0-9]/,
    Nd: /[0-9]/,
    P: /[._-]/,
    Pc: /_/,
    Pd: /-/,
    Po: /\./,
    IsAlphabetic: /[A-Za-z]/,
    IsDigit: /[0-9]/,
    IsLatin: /[A-Za-z]/,
    IsLetter: /[A-Za-z]/,
    IsLowercase: /[a-z]/,
    IsPunctuation: /[._-]/,
    IsUppercase: /[A-Z]/,
};

/** The set of a named property, as in `\p{Lower}`; undefined for a name that says nothing here. */
export function propertySet(name: string): string | undefined {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return property && pick((character) => property.test(character));
}
