declare module 'ansi-to-svg' {
  interface Options {
    readonly colors?: Readonly<Record<string, string>>;
    readonly fontFamily?: string;
    readonly lineHeight?: number;
    readonly paddingTop?: number;
    readonly paddingLeft?: number;
    readonly paddingBottom?: number;
    readonly paddingRight?: number;
  }
  export default function ansiToSvg(ansi: string, options?: Options): string;
}
