//! Round numbers along the axes: durations on their logarithmic scale, and the clock.

use eframe::egui::{Rangef, Ui};
use egui_plot::{Axis, AxisHints, GridInput, GridMark};

use crate::app::format::{self, Moment};
use crate::app::theme;

/// An axis in the typeface and colour of captions.
pub(super) fn axis<'a>(ui: &Ui, axis: Axis, thickness: f32) -> AxisHints<'a> {
    AxisHints::new(axis)
        .min_thickness(thickness)
        .label_spacing(Rangef::new(1.0, 2.0))
        .tick_label_color(theme::colours(ui).dim)
        .tick_label_font(theme::sized(11.5))
}

/// The text of a mark that stands for the logarithm of a duration.
pub(super) fn duration(mark: GridMark) -> String {
    format::short(round(10_f64.powf(mark.value)))
}

/// Round durations, at least `room` points from each other and `edge` points from both ends.
#[allow(clippy::needless_pass_by_value, reason = "the shape that a plot wants")]
pub(super) fn durations(input: GridInput, room: f64, edge: f64) -> Vec<GridMark> {
    let (low, high) = input.bounds;
    let (from, to) = (10_f64.powf(low), 10_f64.powf(high));
    let (room, edge) = (room * input.base_step_size, edge * input.base_step_size);
    let mut marks: Vec<GridMark> = Vec::new();
    let mut put = |micros: f64| {
        let value = micros.log10();
        if value >= low + edge
            && value <= high - edge
            && marks.last().is_none_or(|m| value - m.value >= room)
        {
            marks.push(GridMark {
                value,
                step_size: high - low,
            });
        }
    };
    // Within less than a decade 1, 2, 5 would leave one or two marks: there the scale is nearly even.
    if to / from < 10.0 {
        let step = format::round_step(to - from, (high - low) / room).max(1.0);
        let mut at = (from / step).ceil() * step;
        while at <= to {
            put(at);
            at += step;
        }
        return marks;
    }
    // All of a decade's round numbers or none of them: 1, 5, 50, 500 would be a riddle.
    let factors: &[f64] = if 2_f64.log10() >= room {
        &[1.0, 2.0, 5.0]
    } else {
        &[1.0]
    };
    let mut decade = 10_f64.powf(low.floor());
    while decade <= to {
        for factor in factors {
            put(decade * factor);
        }
        decade *= 10.0;
    }
    marks
}

/// A clock along an axis of microseconds since `from`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    pub(super) from: i64,
    /// Seconds east of UTC.
    pub(super) offset: i32,
    /// How many marks there is room for.
    pub(super) want: i64,
}

impl Clock {
    /// Round moments of the day.
    pub(super) fn marks(self, from: f64, to: f64) -> Vec<GridMark> {
        let step = self.step(from, to);
        // Days and hours are round where the capture was written, not at Greenwich.
        let zone = i64::from(self.offset) * 1_000_000;
        let (first, last) = (self.moment(from), self.moment(to));
        let mut at = (first - 1 + zone).div_euclid(step) * step + step - zone;
        let mut marks = Vec::new();
        while at <= last {
            marks.push(GridMark {
                value: (at - self.from) as f64,
                step_size: to - from,
            });
            at = at.saturating_add(step);
        }
        // A capture can be shorter than the finest step.
        if marks.is_empty() {
            marks.push(GridMark {
                value: from,
                step_size: to - from,
            });
        }
        marks
    }

    /// The text of a mark where this range is shown.
    pub(super) fn text(self, mark: GridMark, from: f64, to: f64) -> String {
        let parts = match self.step(from, to) {
            step if step < 1_000_000 => Moment::Milli,
            step if step < 60_000_000 => Moment::Second,
            step if step < 86_400_000_000 => Moment::Minute,
            _ => Moment::Day,
        };
        format::moment(self.moment(mark.value), self.offset, parts)
    }

    /// The moment at a place on the axis.
    pub(super) fn moment(self, at: f64) -> i64 {
        // Within the span of a capture, or a little outside.
        #[allow(clippy::cast_possible_truncation)]
        self.from.saturating_add(at.round() as i64)
    }

    fn step(self, from: f64, to: f64) -> i64 {
        format::clock_step(self.moment(to) - self.moment(from), self.want)
    }
}

/// Powers of ten come with an error in the last digit.
fn round(micros: f64) -> f64 {
    if micros < 1.0 { micros } else { micros.round() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(low: f64, high: f64) -> Vec<String> {
        let input = GridInput {
            bounds: (low.log10(), high.log10()),
            base_step_size: (high / low).log10() / 500.0,
        };
        durations(input, 56.0, 22.0)
            .into_iter()
            .map(duration)
            .collect()
    }

    #[test]
    fn durations_are_round_at_every_zoom() {
        assert_eq!(texts(80.0, 6_000_000.0), ["1 ms", "10 ms", "100 ms", "1 s"]);
        assert_eq!(
            texts(75_000.0, 300_000.0),
            ["100 ms", "150 ms", "200 ms", "250 ms"]
        );
    }

    #[test]
    fn the_clock_is_round_where_the_capture_was_written() {
        let clock = Clock {
            from: 1_772_446_504_512_000,
            offset: 3600,
            want: 5,
        };
        let texts: Vec<String> = clock
            .marks(0.0, 5e6)
            .into_iter()
            .map(|m| clock.text(m, 0.0, 5e6))
            .collect();
        assert_eq!(
            texts,
            ["11:15:05", "11:15:06", "11:15:07", "11:15:08", "11:15:09"]
        );
    }
}
