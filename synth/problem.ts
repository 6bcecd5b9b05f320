export { formatProblem, type Problem, Problems } from '../charts/lib/problem.js';
