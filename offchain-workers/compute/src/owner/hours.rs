//! Times of the week.

use std::{fmt, str::FromStr};

use chrono::{Datelike, Local, Timelike};
use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY: u16 = 24 * 60;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // They say what they are.
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The day before.
    pub fn before(self) -> Self {
        Self::ALL[(self as usize + 6) % 7]
    }
}

/// A time of the day: `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u16);

/// Something is no time of the day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no time of the day: write HH:MM, from 00:00 to 23:59")]
pub struct ClockError(String);

impl FromStr for Clock {
    type Err = ClockError;

    fn from_str(text: &str) -> Result<Self, ClockError> {
        let parsed = text.split_once(':').and_then(|(hours, minutes)| {
            let two = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() == 2 && !part.starts_with('+'));
            Some((two(hours)?, two(minutes)?))
        });
        match parsed {
            Some((hours, minutes)) if hours < 24 && minutes < 60 => Ok(Self(hours * 60 + minutes)),
            _ => Err(ClockError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Clock {
    type Error = ClockError;

    fn try_from(text: String) -> Result<Self, ClockError> {
        text.parse()
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> Self {
        clock.to_string()
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// A part of some days. One that ends before it begins ends on the next day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// When it begins.
    pub from: Clock,
    /// When it ends; this minute is not in it.
    pub to: Clock,
    /// The days on which it begins; all, where they are left away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Day>>,
}

/// A moment of the week, as the machine's clock shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// Minutes since midnight.
    pub minute: u16,
}

impl Moment {
    /// The moment that it is now.
    pub fn now() -> Self {
        let now = Local::now();
        let day = usize::try_from(now.weekday().num_days_from_monday()).unwrap_or_default();
        let minute = u16::try_from(now.hour() * 60 + now.minute()).unwrap_or(DAY - 1);
        Self { day: Day::ALL.get(day).copied().unwrap_or(Day::Mon), minute }
    }
}

impl Window {
    /// Whether a moment is in it.
    pub fn holds(&self, moment: Moment) -> bool {
        let on = |day: Day| self.days.as_ref().is_none_or(|days| days.contains(&day));
        let (from, to, minute) = (self.from.0, self.to.0, moment.minute);
        if from < to {
            return on(moment.day) && (from..to).contains(&minute);
        }
        // Over midnight, what is left of it belongs to the day on which it began.
        (on(moment.day) && minute >= from) || (on(moment.day.before()) && minute < to)
    }
}

/// Whether a moment is in one of some windows; where there are none, any is.
pub fn are_open(windows: &[Window], moment: Moment) -> bool {
    windows.is_empty() || windows.iter().any(|window| window.holds(moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str, days: Option<&[Day]>) -> Window {
        Window { from: from.parse().unwrap(), to: to.parse().unwrap(), days: days.map(<[Day]>::to_vec) }
    }

    fn at(day: Day, clock: &str) -> Moment {
        Moment { day, minute: clock.parse::<Clock>().unwrap().0 }
    }

    #[test]
    fn a_window_ends_before_its_last_minute() {
        let window = window("08:00", "17:30", None);
        for (clock, holds) in [("07:59", false), ("08:00", true), ("17:29", true), ("17:30", false)] {
            assert_eq!(window.holds(at(Day::Tue, clock)), holds, "{clock}");
        }
    }

    #[test]
    fn a_window_over_midnight_belongs_to_the_day_on_which_it_begins() {
        let window = window("22:00", "07:00", Some(&[Day::Fri, Day::Sun]));
        let cases = [
            (Day::Fri, "21:59", false),
            (Day::Fri, "22:00", true),
            (Day::Sat, "06:59", true),
            (Day::Sat, "07:00", false),
            (Day::Sat, "23:00", false),
            (Day::Sun, "06:00", false),
            (Day::Sun, "23:59", true),
            (Day::Mon, "00:00", true),
            (Day::Fri, "06:00", false),
        ];
        for (day, clock, holds) in cases {
            assert_eq!(window.holds(at(day, clock)), holds, "{day:?} {clock}");
        }
    }

    #[test]
    fn midnight_is_a_beginning_and_an_end() {
        assert!(window("00:00", "06:00", None).holds(at(Day::Mon, "00:00")));
        let evening = window("18:00", "00:00", Some(&[Day::Mon]));
        assert!(evening.holds(at(Day::Mon, "23:59")) && !evening.holds(at(Day::Tue, "00:00")));
    }

    #[test]
    fn one_of_several_is_enough_and_none_is_always() {
        let windows = [window("01:00", "02:00", None), window("03:00", "04:00", None)];
        assert!(are_open(&windows, at(Day::Wed, "03:30")) && !are_open(&windows, at(Day::Wed, "02:30")));
        assert!(are_open(&[], Moment::now()));
    }

    #[test]
    fn times_are_written_as_they_are_read() {
        for text in ["00:00", "09:05", "23:59"] {
            assert_eq!(text.parse::<Clock>().unwrap().to_string(), text);
        }
        for text in ["", "9:05", "24:00", "12:60", "12", "12:5", "-1:00", "+1:00", "12:00:00", "aa:bb"] {
            assert!(text.parse::<Clock>().is_err(), "{text}");
        }
    }
}
