//! Symmetric positive definite matrices of a few rows: all that Newton's method with one parameter a
//! signal needs.

/// A square matrix.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix(pub(super) Vec<Vec<f64>>);

impl Matrix {
    /// A multiple of the identity.
    pub(super) fn scalar(size: usize, value: f64) -> Self {
        let row = |place| (0..size).map(|other| if other == place { value } else { 0.0 }).collect();
        Self((0..size).map(row).collect())
    }

    /// Adds a multiple of the product of a column and its transpose.
    pub(super) fn add_outer(&mut self, column: &[f64], scale: f64) {
        for (row, left) in self.0.iter_mut().zip(column) {
            for (cell, right) in row.iter_mut().zip(column) {
                *cell += scale * left * right;
            }
        }
    }

    /// Adds a multiple of another matrix.
    pub(super) fn add(&mut self, other: &Self, scale: f64) {
        for (row, other) in self.0.iter_mut().zip(&other.0) {
            for (cell, other) in row.iter_mut().zip(other) {
                *cell += scale * other;
            }
        }
    }

    /// The product with a column.
    pub(super) fn times(&self, column: &[f64]) -> Vec<f64> {
        self.0.iter().map(|row| dot(row, column)).collect()
    }

    /// The product with a column on both sides: a variance, where this is a covariance.
    pub(super) fn variance(&self, column: &[f64]) -> f64 {
        dot(&self.times(column), column)
    }

    /// The rows and columns at some places.
    pub(super) fn at(&self, places: &[usize]) -> Self {
        let row = |place: &usize| places.iter().map(|other| self.0[*place][*other]).collect();
        Self(places.iter().map(row).collect())
    }

    /// The lower triangle whose product with its transpose is this matrix (Cholesky).
    pub(super) fn cholesky(&self) -> Self {
        let size = self.0.len();
        let mut lower = Self::scalar(size, 0.0).0;
        for i in 0..size {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
                let rest = self.0[i][j] - known;
                // The prior keeps each pivot well above 0.
                lower[i][j] = if i == j { rest.sqrt() } else { rest / lower[j][j] };
            }
        }
        Self(lower)
    }

    /// The solution of `self · x = right`.
    pub(super) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (size, Self(lower)) = (right.len(), self.cholesky());
        let mut solution = right.to_vec();
        for i in 0..size {
            let known: f64 = (0..i).map(|k| lower[i][k] * solution[k]).sum();
            solution[i] = (solution[i] - known) / lower[i][i];
        }
        for i in (0..size).rev() {
            let known: f64 = (i + 1..size).map(|k| lower[k][i] * solution[k]).sum();
            solution[i] = (solution[i] - known) / lower[i][i];
        }
        solution
    }

    /// The inverse: a covariance, where this is a precision.
    pub(super) fn inverse(&self) -> Self {
        let size = self.0.len();
        // A column of the inverse is its row too.
        Self(Self::scalar(size, 1.0).0.iter().map(|unit| self.solve(unit)).collect())
    }
}

pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_the_identity() {
        let mut matrix = Matrix::scalar(3, 0.5);
        matrix.add_outer(&[1.0, 2.0, -1.0], 0.7);
        matrix.add_outer(&[0.3, 0.1, 2.0], 1.3);
        let inverse = matrix.inverse();
        for place in 0..3 {
            let unit = &Matrix::scalar(3, 1.0).0[place];
            let found = matrix.times(&inverse.times(unit));
            for (found, expected) in found.iter().zip(unit) {
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
        let solution = matrix.solve(&[1.0, 2.0, 3.0]);
        for (found, expected) in matrix.times(&solution).iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn parts_and_variances() {
        let matrix = Matrix(vec![vec![4.0, 1.0, 0.5], vec![1.0, 3.0, 0.2], vec![0.5, 0.2, 2.0]]);
        assert_eq!(matrix.at(&[0, 2]), Matrix(vec![vec![4.0, 0.5], vec![0.5, 2.0]]));
        assert!((matrix.variance(&[1.0, -1.0, 0.0]) - 5.0).abs() < 1e-12);
        let lower = matrix.cholesky();
        assert!(lower.0[0][1].abs() < 1e-12 && lower.0[1][2].abs() < 1e-12);
        let mut product = Matrix::scalar(3, 0.0);
        for place in 0..3 {
            let column: Vec<f64> = lower.0.iter().map(|row| row[place]).collect();
            product.add_outer(&column, 1.0);
        }
        for (found, expected) in product.0.concat().iter().zip(matrix.0.concat()) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
}
