"""The condition language: its grammar, trees and types."""
