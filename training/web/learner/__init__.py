"""What each learner sees: own training, modules, quizzes, the pledge."""
