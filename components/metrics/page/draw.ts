import type { EChartsCoreOption } from "echarts/core";
import { Html, html } from "./html";

export interface Size {
  width: number;
  height: number;
}

/** A picture for those who see it, and what it shows in a sentence for those who don't. */
export type Draw = (option: EChartsCoreOption, size: Size, label: string) => Html;

/** Loads the chart library, which nothing but the page needs. It draws SVG without a browser: the page needs no script. */
export async function loadDraw(): Promise<Draw> {
  const [{ init, use }, { BarChart, ScatterChart }, { GridComponent }, { SVGRenderer }] = await Promise.all([
    import("echarts/core"),
    import("echarts/charts"),
    import("echarts/components"),
    import("echarts/renderers"),
  ]);
  use([BarChart, ScatterChart, GridComponent, SVGRenderer]);
  return (option, size, label) => {
    const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
    chart.setOption({ animation: false, ...option });
    const svg = chart.renderToSVGString({ useViewBox: true });
    chart.dispose();
    return new Html(svg.replace(/^<svg width="\d+" height="\d+"/, html`<svg role="img" aria-label="${label}"`.text));
  };
}
