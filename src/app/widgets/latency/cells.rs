//! The density as an item of a plot: one mesh, however many executions there are.

use std::ops::RangeInclusive;

use eframe::egui::{Color32, Mesh, Rect, Shape, Ui, pos2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotPoint, PlotTransform};

use crate::app::pictures::{COLUMNS, LINES, Latency};

/// Filled cells, borrowed from their picture. The library's heat map lays out a text for each cell and each frame.
pub(super) struct Cells<'a> {
    base: PlotItemBase,
    latency: &'a Latency,
    ink: Color32,
}

impl<'a> Cells<'a> {
    /// Draws a picture's cells in one colour.
    pub(super) fn new(latency: &'a Latency, ink: Color32) -> Self {
        Self {
            base: PlotItemBase::new("executions".to_owned()),
            latency,
            ink,
        }
    }
}

impl PlotItem for Cells<'_> {
    fn shapes(&self, _: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let latency = self.latency;
        let wide = (latency.to - latency.from) as f64 / COLUMNS as f64;
        let high = (latency.high - latency.low) / LINES as f64;
        let mut mesh = Mesh::default();
        for run in &latency.runs {
            let (from, to) = (wide * f64::from(run.from), wide * f64::from(run.to));
            let low = latency.low + high * f64::from(run.line);
            let rect = transform
                .rect_from_values(&PlotPoint::new(from, low), &PlotPoint::new(to, low + high));
            // Whole pixels: neighbours neither overlap nor leave a seam.
            let (min, max) = (rect.min.round(), rect.max.round());
            let rect =
                Rect::from_min_max(min, pos2(max.x.max(min.x + 2.0), max.y.max(min.y + 2.0)));
            mesh.add_colored_rect(rect, self.ink.gamma_multiply(run.strength));
        }
        shapes.push(Shape::mesh(mesh));
    }

    fn initialize(&mut self, _: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.ink
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        // What is under the pointer is looked up in the grid, not searched among points.
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        // The plot has the bounds of the whole, filled or not.
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}
