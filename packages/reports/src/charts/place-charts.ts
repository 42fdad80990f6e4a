import { LABELS, type Label, type RunResult } from '@deeplogbot/core';
import { parseCoordinates } from '../geo/coordinates.js';
import { count } from '../plain-text.js';
import { usageTables } from '../statistics/usage-tables.js';
import type { Chart } from './chart.js';
import { COLOURS, LABEL_STYLE } from './palette.js';
import { label, type Panel, panels, short } from './panels.js';

interface Dot {
  readonly latitude: number;
  readonly longitude: number;
  readonly label: Label;
  readonly locations: number;
  readonly downloads: number;
}

/** More dots than this, and near ones of a class become one. */
const MAX_DOTS = 1500;
/** Degrees of the cells that dots are put together in, in order of trial. */
const CELLS = [0, 0.5, 1, 2, 3, 5, 10, 20] as const;

/** Locations on a map: colour and shape are the class, area the downloads. */
export function worldMapChart(run: RunResult): Chart {
  const all = dotsOf(run);
  const { dots, cell } = clustered(all);
  const most = dots.reduce((max, { downloads }) => Math.max(max, downloads), 1);
  const size = (downloads: number) => Math.max(3, (dots.length > 400 ? 22 : 36) * Math.sqrt(downloads / most));
  const round = (pixels: number) => Math.round(10 * pixels) / 10;
  const near = cell === 0 ? '' : ` Locations of a class within the same ${cell}° are one dot.`;
  const left = run.totalLocations - all.length;
  return {
    name: 'world_map',
    title: 'Locations by class and size',
    summary: `${count(all.length)} of ${count(run.totalLocations)} locations; the area of a dot is its downloads.${near}${left > 0 ? ` ${count(left)} have no coordinates.` : ''}`,
    width: 960,
    height: 500,
    option:
      dots.length === 0
        ? null
        : {
            legend: {
              top: 2,
              left: 4,
              itemGap: 30,
              itemWidth: 14,
              itemHeight: 14,
              data: LABELS.map((label) => ({ name: LABEL_STYLE[label].name, icon: LABEL_STYLE[label].symbol })),
              textStyle: { color: COLOURS.ink, fontSize: 12 },
              selectedMode: false,
            },
            geo: {
              map: 'world',
              silent: true,
              top: 30,
              bottom: 4,
              left: 4,
              right: 4,
              aspectScale: 0.9,
              itemStyle: { areaColor: COLOURS.land, borderColor: COLOURS.grid, borderWidth: 0.5 },
            },
            // the largest group first, so that the few bots and hubs lie on top
            series: (['insufficient_evidence', 'organic', 'bot', 'hub'] as const).map((label) => ({
              type: 'scatter' as const,
              coordinateSystem: 'geo' as const,
              name: LABEL_STYLE[label].name,
              silent: true,
              symbol: LABEL_STYLE[label].symbol,
              itemStyle: { color: LABEL_STYLE[label].colour, opacity: 0.62 },
              data: dots
                .filter((dot) => dot.label === label)
                .map(({ longitude, latitude, downloads }) => ({
                  value: [longitude, latitude],
                  symbolSize: round(size(downloads) * LABEL_STYLE[label].side),
                })),
            })),
          },
    missing: 'No location is a pair of coordinates, so there is nothing to place on a map.',
    table: {
      names: ['Latitude', 'Longitude', 'Class', 'Locations', 'Downloads'],
      rows: dots
        .slice(0, 100)
        .map((dot) => [
          dot.latitude.toFixed(2),
          dot.longitude.toFixed(2),
          LABEL_STYLE[dot.label].name,
          dot.locations,
          dot.downloads,
        ]),
    },
  };
}

function dotsOf(run: RunResult): readonly Dot[] {
  return run.features.keys.flatMap((key, i) => {
    const place = parseCoordinates(key);
    return place ? [{ ...place, label: run.verdicts.rows[i]!.label, locations: 1, downloads: run.downloads[i]! }] : [];
  });
}

const bySize = (a: Dot, b: Dot) => b.downloads - a.downloads || a.latitude - b.latitude || a.longitude - b.longitude;

function clustered(dots: readonly Dot[]): { readonly dots: readonly Dot[]; readonly cell: number } {
  for (const cell of CELLS) {
    const joined = cell === 0 ? dots : inCells(dots, cell, cell === CELLS.at(-1) ? Number.POSITIVE_INFINITY : MAX_DOTS);
    if (joined && (joined.length <= MAX_DOTS || cell === CELLS.at(-1))) return { dots: [...joined].sort(bySize), cell };
  }
  return { dots: [], cell: 0 };
}

/** One dot per cell and class, at the middle of the cell; null for more than `most`. */
function inCells(dots: readonly Dot[], cell: number, most: number): readonly Dot[] | null {
  const cells = new Map<number, { -readonly [K in keyof Dot]: Dot[K] }>();
  const middle = (degrees: number) => (Math.floor(degrees / cell) + 0.5) * cell;
  const columns = Math.ceil(360 / cell) + 2;
  for (const dot of dots) {
    const [row, column] = [Math.floor(dot.latitude / cell), Math.floor((dot.longitude + 180) / cell)];
    const id = (row * columns + column) * LABELS.length + LABELS.indexOf(dot.label);
    const found = cells.get(id);
    if (found) {
      found.locations += dot.locations;
      found.downloads += dot.downloads;
    } else {
      if (cells.size === most) return null;
      const [latitude, longitude] = [middle(dot.latitude), middle(dot.longitude)];
      cells.set(id, { label: dot.label, latitude, longitude, locations: dot.locations, downloads: dot.downloads });
    }
  }
  return [...cells.values()];
}

/** Countries with most locations, and those with the largest share of bots among the ones with at least ten locations. */
export function geographicDistribution(run: RunResult): Chart {
  const rows = usageTables(run)
    .find(({ name }) => name === 'country')!
    .rows.filter(({ value }) => value !== null)
    .map(({ value, locations }) => {
      const all = LABELS.reduce((sum, label) => sum + locations[label], 0);
      return { country: value!, locations, all, share: Math.round((1000 * locations.bot) / all) / 10 };
    });
  const most = [...rows].sort((a, b) => b.all - a.all || (a.country < b.country ? -1 : 1)).slice(0, 20);
  const bots = rows
    .filter(({ all }) => all >= 10)
    .sort((a, b) => b.share - a.share || (a.country < b.country ? -1 : 1))
    .slice(0, 20);
  const narrow = { width: 105, overflow: 'truncate' as const };
  const panel = (title: string, list: typeof rows, series: Panel['series'], max?: number): Panel => ({
    title,
    x: { type: 'value', axisLabel: { formatter: short }, ...(max ? { max } : {}) },
    y: { type: 'category', inverse: true, data: list.map(({ country }) => label(country)), axisLabel: narrow },
    series,
  });
  const stacked = LABELS.map((each) => ({
    type: 'bar' as const,
    name: LABEL_STYLE[each].name,
    stack: 'all',
    barMaxWidth: 15,
    itemStyle: { color: LABEL_STYLE[each].colour },
    data: most.map(({ locations }) => locations[each]),
  }));
  const shares = [
    { type: 'bar' as const, barMaxWidth: 15, itemStyle: { color: COLOURS.bot }, data: bots.map(({ share }) => share) },
  ];
  return {
    name: 'geographic_distribution',
    title: 'Countries',
    summary:
      'Left: the countries with most locations, by class. Right: the share of bots among the locations of countries with at least ten.',
    width: 960,
    height: 520,
    option:
      most.length === 0
        ? null
        : panels(
            [panel('Locations', most, stacked), panel('Bots among locations, per cent', bots, shares, 100)],
            2,
            960,
            520,
            120,
          ),
    missing: 'The log names no country.',
    table: {
      names: ['Country', 'Locations', 'Bots', 'Bots, per cent'],
      rows: rows.slice(0, 50).map(({ country, all, locations, share }) => [country, all, locations.bot, share]),
    },
  };
}
