// @ts-check
"use strict";

/** @type {(program: import("./stack.js").Program) => string} */
const nameOf = ({ pairs, tables }) => (tables ? `${pairs} tables, connections and jobs` : `${pairs} pairs`);

module.exports = { nameOf };
