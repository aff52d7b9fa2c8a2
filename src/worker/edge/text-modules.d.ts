/** The text modules that a deployment adds to the Worker. */
declare module '*.txt' {
  const content: string;
  export default content;
}
