import { readFileSync } from 'node:fs';

/** Memory of a process at a moment. */
export interface MemorySample {
  /** Milliseconds after metering began. */
  readonly at: number;
  /** Resident set in MB (10^6 bytes are not meant: 2^20). */
  readonly rss: number;
}

export interface ProcessMeter {
  readonly samples: readonly MemorySample[];
  /** The kernel's own high-water mark of the resident set in MB, so that nothing between two samples is missed. */
  readonly peak: number;
  /** Processor time of all its threads so far, in milliseconds. */
  readonly cpuMs: number;
  stop(): void;
}

const EVERY_MS = 100;
/** USER_HZ: what /proc counts processor time in. */
const TICK_MS = 10;

/** Meters another process through Linux' /proc until it ends; elsewhere there is nothing to read and the meter stays empty. */
export function meterProcess(pid: number): ProcessMeter {
  const startedAt = performance.now();
  const samples: MemorySample[] = [];
  let peak = 0;
  let cpuMs = 0;
  const look = () => {
    const memory = readMemory(pid);
    if (memory === null) return;
    samples.push({ at: performance.now() - startedAt, rss: memory.rss });
    peak = memory.peak;
    cpuMs = readCpu(pid) ?? cpuMs;
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return {
    samples,
    get peak() {
      return peak;
    },
    get cpuMs() {
      return cpuMs;
    },
    stop: () => {
      look();
      clearInterval(timer);
    },
  };
}

function readMemory(pid: number): { readonly rss: number; readonly peak: number } | null {
  const status = readProc(pid, 'status');
  const kilobytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status ?? '')?.[1]);
  const rss = kilobytes('VmRSS');
  return Number.isNaN(rss) ? null : { rss: rss / 1_024, peak: kilobytes('VmHWM') / 1_024 };
}

function readCpu(pid: number): number | null {
  const stat = readProc(pid, 'stat');
  if (stat === null) return null;
  // The second field, the name in parentheses, may hold spaces: fields are counted after it (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function readProc(pid: number, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}

/** By least squares: how many MB a minute the samples grow after a first part of the time, a share of it. */
export function growthPerMinute(samples: readonly MemorySample[], afterPart: number): number {
  const end = samples.at(-1)?.at ?? 0;
  const late = samples.filter((sample) => sample.at >= end * afterPart);
  const meanAt = mean(late.map((sample) => sample.at));
  const meanRss = mean(late.map((sample) => sample.rss));
  const covariance = late.reduce((sum, { at, rss }) => sum + (at - meanAt) * (rss - meanRss), 0);
  const variance = late.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return variance === 0 ? 0 : (covariance / variance) * 60_000;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
