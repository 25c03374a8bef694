//! The name that somebody meant.

/// Names the near one of `known`, else all of them.
pub(super) fn suggest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let lower = written.to_lowercase();
    let nearest = known.iter().map(|name| (distance(&lower, &name.to_lowercase()), name)).min();
    match nearest {
        Some((steps, name)) if steps <= 1 + name.chars().count() / 4 => format!("did you mean `{name}`?"),
        _ => format!("write one of {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// Characters to insert, remove, replace or exchange with their neighbour to make one word of the other (optimal
/// string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::rules::{KINDS, language_names};

    #[test]
    fn misspelt_names_find_the_right_one() {
        assert_eq!(distance("patern", "pattern"), 1);
        assert_eq!(distance("lenght", "length"), 1);
        assert_eq!(distance("", "ab"), 2);
        let kinds = || KINDS.iter().map(|row| row.id);
        assert_eq!(suggest("lenght", kinds()), "did you mean `length`?");
        assert_eq!(suggest("starts-with", kinds()), "did you mean `starts_with`?");
        assert_eq!(suggest("Germna", language_names()), "did you mean `German`?");
        assert!(suggest("politeness", kinds()).starts_with("write one of `length`, `contains`"));
    }
}
