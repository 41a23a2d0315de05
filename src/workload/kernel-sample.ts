import type { Kernel } from "../kernel/kernel.ts";
import type { EventSample } from "./event-sample.ts";
import { isNullCode, isTextCode } from "./value-code.ts";

/** Doubles of an event of `kernel/assembly/samples.ts`. */
const eventLength = 5;

/** Adds the events that a sample of the kernel holds, all of one input. */
export function addKernelSample(kernel: Kernel, address: number, input: number, sample: EventSample): void {
  const { exports } = kernel;
  const size = exports.sampleSize(address);
  if (size === 0) return;
  const events = kernel.float64(exports.sampleEvents(address), size * eventLength);
  const ends = kernel.int32(exports.sampleEvents(address), size * eventLength * 2);
  const body = exports.sampleBody(address);
  const last = body + ends[(size * eventLength - 1) * 2]!;
  const codes = kernel.codesTo(last);
  const bytes = kernel.bytesTo(last);
  let at = body / 8;
  for (let event = 0; event < size; event++) {
    const base = event * eventLength;
    sample.add(events[base + 1]!, events[base + 2]!, input, events[base + 3]!, events[base]!);
    const end = (body + ends[(base + 4) * 2]!) / 8;
    while (at < end) {
      let values = codes[at++]!;
      sample.addColumn(values);
      for (; values > 0; values--) {
        const code = codes[at++]!;
        if (isNullCode(code)) sample.addNull();
        else if (!isTextCode(code)) sample.addInteger(code);
        else {
          const length = codes[at++]!;
          sample.addText(bytes, at * 8, at * 8 + length);
          at += Math.ceil(length / 8);
        }
      }
    }
  }
}
