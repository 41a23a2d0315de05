declare module "@openpgp/unbzip2-stream" {
  /** Unpacks bzip2, also several streams one after the other; errors when the data is broken or ends too early. */
  export default function unbzip2Stream(
    input: ReadableStream<Uint8Array>,
  ): ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>;
}
