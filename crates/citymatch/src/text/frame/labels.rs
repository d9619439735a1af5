//! The labels of all units, chosen together.

use super::evidence::Evidence;

/// What a change from ask to frame or back costs, but at a heading.
const CHANGE: i32 = 8;
/// The evidence that a text must have for its frame, less its changes, to be taken to have one.
const SURE: i32 = 30;

/// Which units are frame: the labels with the largest sum of evidence of the frame, less a cost for
/// each change (the Viterbi algorithm over two states). `None` where that sum is small, and where
/// no sentence would be left as the ask.
pub(super) fn labels(evidence: &[Evidence]) -> Option<Vec<bool>> {
    // The best sums of labels that end in the ask and in the frame, and for each unit whether the
    // best way to either of them comes from the frame.
    let (mut ask, mut frame, mut ways) = (0, 0, Vec::with_capacity(evidence.len()));
    for own in evidence {
        let cost = if own.is_heading { 0 } else { CHANGE };
        let way = (frame - cost > ask, frame > ask - cost);
        ways.push(way);
        let from = |frame_before: bool, to_frame: bool| {
            let before = if frame_before { frame } else { ask };
            before - if frame_before == to_frame { 0 } else { cost }
        };
        (ask, frame) = (from(way.0, false), from(way.1, true) + own.value);
    }
    let mut is_frame = frame > ask;
    if ask.max(frame) < SURE {
        return None;
    }
    let mut labels = vec![false; evidence.len()];
    for (label, way) in labels.iter_mut().zip(&ways).rev() {
        *label = is_frame;
        is_frame = if is_frame { way.1 } else { way.0 };
    }
    // A heading goes with what stands below it.
    for at in (1..labels.len()).rev() {
        if evidence[at - 1].is_heading {
            labels[at - 1] = labels[at];
        }
    }
    let has_ask = evidence.iter().zip(&labels).any(|(own, frame)| !own.is_heading && !frame);
    has_ask.then_some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(values: &[i32]) -> Vec<Evidence> {
        values.iter().map(|value| Evidence { value: *value, is_heading: false }).collect()
    }

    #[test]
    fn labels_come_in_stretches() {
        for (name, values, expected) in [
            ("nothing", &[][..], None),
            ("weak_evidence", &[5, 5, -9, 5], None),
            ("no_ask_is_left", &[20, 20, -1], None),
            ("ask_between", &[20, 20, -10, -10, 20], Some("ffaaf")),
            ("one_that_differs_a_little", &[30, -5, 20, -30, -30], Some("fffaa")),
            ("one_that_differs_a_lot", &[30, -30, 30], Some("faf")),
            ("changes_cost", &[0, 0, 40, -9, 0], Some("fffaa")),
        ] {
            let found = labels(&evidence(values));
            let found = found.map(|own| {
                own.into_iter().map(|frame| if frame { 'f' } else { 'a' }).collect::<String>()
            });
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn headings_change_for_free_and_go_with_what_is_below() {
        let mut evidence = evidence(&[6, 10, 30, -6, -3, 6, 3]);
        for at in [0, 3, 5] {
            evidence[at].is_heading = true;
        }
        assert_eq!(labels(&evidence), Some(vec![true, true, true, false, false, true, true]));
    }
}
