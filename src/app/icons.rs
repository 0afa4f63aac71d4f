//! The outline icons; each is drawn in the colour of the text beside it.

use eframe::egui::{self, Color32, Image, ImageSource, vec2};

/// The side of an icon.
pub(crate) const SIZE: f32 = 16.0;

macro_rules! icons {
    ($($name:ident $file:literal)*) => {
        /// One of the icons in `assets/icons`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Icon { $($name),* }

        impl Icon {
            fn source(self) -> ImageSource<'static> {
                match self {
                    $(Self::$name => ImageSource::Bytes {
                        uri: concat!("bytes://icons/", $file, ".svg").into(),
                        bytes: egui::load::Bytes::Static(include_bytes!(concat!("../../assets/icons/", $file, ".svg"))),
                    }),*
                }
            }
        }
    };
}

icons! {
    Back "back"
    Check "check"
    Close "close"
    Copy "copy"
    Down "down"
    File "file"
    Filter "filter"
    Link "link"
    Open "open"
    Range "range"
    Reload "reload"
    Right "right"
    Sample "sample"
    Settings "settings"
    Up "up"
    Warning "warning"
}

impl Icon {
    /// The icon as an image.
    pub(crate) fn image(self, colour: Color32) -> Image<'static> {
        Image::new(self.source())
            .fit_to_exact_size(vec2(SIZE, SIZE))
            .tint(colour)
    }

    /// Draws the icon with its middle at a point.
    pub(crate) fn paint(self, ui: &egui::Ui, middle: egui::Pos2, colour: Color32) {
        self.image(colour)
            .paint_at(ui, egui::Rect::from_center_size(middle, vec2(SIZE, SIZE)));
    }
}
