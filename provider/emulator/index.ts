import "./assert-installed";
export * from "imply-polaris-emulator";
