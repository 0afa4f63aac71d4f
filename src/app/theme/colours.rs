//! Every colour of the window, once for each theme.

use eframe::egui::Color32;

use crate::rules::Severity;

/// The colours of one theme. Each has a meaning; what means nothing is a grey.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colours {
    /// Behind everything.
    pub(crate) ground: Color32,
    /// One step above the ground: bars at the edges and popups.
    pub(crate) panel: Color32,
    /// Behind code, fields and the tracks of bars.
    pub(crate) well: Color32,
    /// Under the pointer.
    pub(crate) hover: Color32,
    /// The selected row.
    pub(crate) selected: Color32,
    /// Lines between things.
    pub(crate) hairline: Color32,
    /// The border of something that can be pressed.
    pub(crate) edge: Color32,
    /// Headings and what is chosen.
    pub(crate) strong: Color32,
    /// Text.
    pub(crate) text: Color32,
    /// Captions, units and what can wait.
    pub(crate) dim: Color32,
    /// What can be followed, and the focus.
    pub(crate) accent: Color32,
    /// On top of the accent.
    pub(crate) on_accent: Color32,
    /// Findings that matter most, and failures.
    pub(crate) high: Color32,
    /// Findings worth fixing, and warnings.
    pub(crate) medium: Color32,
    /// Findings that can wait.
    pub(crate) low: Color32,
    /// Good news.
    pub(crate) good: Color32,
    /// Repeated executions of one query, wherever they are drawn.
    pub(crate) burst: Color32,
    /// The bar of magnitude behind a sorted column, and bars without a meaning of their own.
    pub(crate) bar: Color32,
    /// Queries in the strip of time, the heaviest first; what is left over is [`Colours::rest`].
    pub(crate) series: [Color32; 7],
    /// All queries that have no colour of their own.
    pub(crate) rest: Color32,
    /// Words of SQL.
    pub(crate) keyword: Color32,
    /// Names of functions.
    pub(crate) function: Color32,
    /// Strings and numbers.
    pub(crate) literal: Color32,
    /// `$1` and its like.
    pub(crate) parameter: Color32,
    /// Below a window that asks for all attention.
    pub(crate) veil: Color32,
}

impl Colours {
    /// The colour of a severity; always beside its word or shape.
    pub(crate) fn severity(&self, severity: Severity) -> Color32 {
        match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }

    /// The colour of the `at`-th heaviest query.
    pub(crate) fn series(&self, at: usize) -> Color32 {
        self.series.get(at).copied().unwrap_or(self.rest)
    }
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// A warm near-black; text stands at 4.5 : 1 or better on every ground.
pub(crate) const DARK: Colours = Colours {
    ground: rgb(0x0016_1412),
    panel: rgb(0x001c_1a17),
    well: rgb(0x0023_201d),
    hover: rgb(0x0027_2420),
    selected: rgb(0x0030_2c26),
    hairline: rgb(0x002d_2925),
    edge: rgb(0x0042_3c36),
    strong: rgb(0x00f6_f2ec),
    text: rgb(0x00dd_d6cc),
    dim: rgb(0x00a0_978b),
    accent: rgb(0x0063_c7ad),
    on_accent: rgb(0x000c_211b),
    high: rgb(0x00f2_7461),
    medium: rgb(0x00e8_ae4a),
    low: rgb(0x0079_aef0),
    good: rgb(0x007f_c98a),
    burst: rgb(0x00d6_8ad6),
    bar: rgb(0x003e_3831),
    series: [
        rgb(0x0056_b4e9),
        rgb(0x00e6_9f35),
        rgb(0x0020_a883),
        rgb(0x00e0_d668),
        rgb(0x003d_84c4),
        rgb(0x00db_6f2c),
        rgb(0x00c5_86a6),
    ],
    rest: rgb(0x005c_554d),
    keyword: rgb(0x008f_b8e8),
    function: rgb(0x00d9_b977),
    literal: rgb(0x009f_c991),
    parameter: rgb(0x00e0_9a78),
    veil: Color32::from_rgba_premultiplied(8, 7, 6, 150),
};

/// Paper white, in the same order as [`DARK`].
pub(crate) const LIGHT: Colours = Colours {
    ground: rgb(0x00ff_fefc),
    panel: rgb(0x00f8_f6f2),
    well: rgb(0x00f5_f2ed),
    hover: rgb(0x00f3_f0ea),
    selected: rgb(0x00ea_e5dc),
    hairline: rgb(0x00e6_e1d9),
    edge: rgb(0x00cf_c8bd),
    strong: rgb(0x0017_1410),
    text: rgb(0x0033_2e28),
    dim: rgb(0x006b_6359),
    accent: rgb(0x000b_7261),
    on_accent: rgb(0x00ff_ffff),
    high: rgb(0x00bd_3222),
    medium: rgb(0x008a_5900),
    low: rgb(0x002a_66b5),
    good: rgb(0x0027_7135),
    burst: rgb(0x0094_3c9a),
    bar: rgb(0x00e4_dccf),
    series: [
        rgb(0x003a_9bd6),
        rgb(0x00e0_9a1f),
        rgb(0x0000_9470),
        rgb(0x00d3_c53a),
        rgb(0x0000_68ab),
        rgb(0x00cc_5a0a),
        rgb(0x00b9_6a93),
    ],
    rest: rgb(0x00c0_b8ac),
    keyword: rgb(0x0024_5ea8),
    function: rgb(0x007a_5600),
    literal: rgb(0x0036_7030),
    parameter: rgb(0x00a4_4a1c),
    veil: Color32::from_rgba_premultiplied(36, 33, 28, 90),
};

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: Color32) -> f64 {
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(colour.r()) + 0.7152 * part(colour.g()) + 0.0722 * part(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_on_every_ground() {
        for (theme, c) in [("dark", &DARK), ("light", &LIGHT)] {
            let inks = [
                c.strong, c.text, c.dim, c.accent, c.high, c.medium, c.low, c.good, c.burst,
            ];
            let code = [c.keyword, c.function, c.literal, c.parameter];
            for (i, ink) in inks.into_iter().chain(code).enumerate() {
                for (g, ground) in [c.ground, c.panel, c.well, c.hover, c.selected]
                    .into_iter()
                    .enumerate()
                {
                    let got = contrast(ink, ground);
                    assert!(got >= 4.5, "{theme}: ink {i} on ground {g} is {got:.2} : 1");
                }
            }
            assert!(
                contrast(c.on_accent, c.accent) >= 4.5,
                "{theme}: text on the accent"
            );
            for (i, series) in c.series.into_iter().enumerate() {
                let got = contrast(series, c.ground);
                assert!(got >= 1.6, "{theme}: series {i} is {got:.2} : 1");
            }
        }
    }
}
